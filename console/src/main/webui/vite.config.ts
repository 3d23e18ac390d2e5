import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const console_ = process.env.TENANTRY_CONSOLE_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    manifest: true,
    // A data: URL would be refused by the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['index.html', 'portal.html'] },
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(['/api', '/session', '/hints', '/portal/api'].map((path) => [path, { target: console_ }])),
  },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true },
});
