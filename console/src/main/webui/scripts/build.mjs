// Builds the app into the folder that is named, or dist: types, bundle, size.
import { execFileSync } from 'node:child_process';

const out = process.argv[2] ?? 'dist';
const run = (command, ...args) => execFileSync('npx', ['--no-install', command, ...args], { stdio: 'inherit' });

await import('./generate-api.mjs');
run('tsc', '-b', '--noEmit');
run('vite', 'build', '--outDir', out, '--emptyOutDir', '--logLevel', 'warn');
execFileSync(process.execPath, ['scripts/check-size.mjs', out], { stdio: 'inherit' });
