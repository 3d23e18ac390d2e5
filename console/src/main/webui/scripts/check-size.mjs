// Fails when the script that a first visit loads, compressed, exceeds the limit: an entry point, what it imports, and the screen it opens.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT = 350 * 1024;
const dist = process.argv[2] ?? 'dist';
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
const firstVisits = {
  'index.html': ['index.html', 'src/screens/overview/OverviewScreen.tsx'],
  'portal.html': ['portal.html'],
};

function withImports(key, found = new Set()) {
  if (found.has(key)) return found;
  if (!manifest[key]) throw new Error(`${key} is not in the manifest of the build`);
  found.add(key);
  (manifest[key].imports ?? []).forEach((imported) => withImports(imported, found));
  return found;
}

let failed = false;
for (const [page, keys] of Object.entries(firstVisits)) {
  const files = new Set(keys.flatMap((key) => [...withImports(key)]).map((key) => manifest[key].file));
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
  console.log(`${page}: ${(bytes / 1024).toFixed(1)} KiB of compressed script in ${files.size} files, limit ${LIMIT / 1024} KiB`);
  failed ||= bytes > LIMIT;
}
if (failed) {
  console.error('The first load is too large: import what only one screen needs in that screen.');
  process.exit(1);
}
