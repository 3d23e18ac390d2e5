import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { close, inTheme, open, overflow, screenshot, seriousFindings, settled, unhandled } from './browser.ts';
import { allScreens } from './screens.ts';
import { control } from './stack.ts';

afterAll(close);

const DESKTOP = { width: 1440, height: 900 };
/** A telephone; and a window of 1280 pixels at a zoom of 200 %, which leaves half of them. */
const SMALL = { narrow: { width: 320, height: 800 }, zoomed: { width: 640, height: 400 } };
/** With TENANTRY_DOCS_IMAGES, these screenshots go into the documentation, too. */
const IN_DOCS = ['overview', 'tenant', 'campaign', 'restore', 'dead-letter', 'usage'];
const docs = join(dirname(fileURLToPath(import.meta.url)), '../../../../../docs/images/console');
const SHOWN_SMALL = ['overview', 'tenants', 'tenant', 'backups', 'campaigns', 'restore-new'];

describe('every screen', () => {
  it('is complete and accessible in both themes, and fits 320 pixels and a zoom of 200 %', async () => {
    const page = await open('/');
    const findings: string[] = [];
    const screens = await allScreens();
    // The tests of the files before this one have made what these show.
    if (control) expect(screens.map(({ name }) => name)).toEqual(expect.arrayContaining(['campaign', 'restore', 'dead-letter']));
    for (const { name, path } of screens) {
      await page.goto(path);
      await settled(page);
      if ((await page.getByRole('heading', { level: 1 }).count()) !== 1) findings.push(`${name}: not one heading of level 1`);
      for (const theme of ['light', 'dark'] as const) {
        await inTheme(page, theme);
        await screenshot(page, `${name}-${theme}`);
        if (process.env.TENANTRY_DOCS_IMAGES && theme === 'light' && IN_DOCS.includes(name)) {
          await page.setViewportSize({ width: 1320, height: 825 });
          await page.screenshot({ path: join(docs, `${name}.png`), animations: 'disabled' });
          await page.setViewportSize(DESKTOP);
        }
        // The themes differ in their colours alone.
        findings.push(...(await seriousFindings(page, theme === 'dark' ? ['color-contrast'] : undefined)).map((finding) => `${name}, ${theme}: ${finding}`));
      }
      await inTheme(page, 'light');
      for (const [size, viewport] of Object.entries(SMALL)) {
        await page.setViewportSize(viewport);
        const { pixels, what } = await overflow(page);
        if (pixels > 0) findings.push(`${name}, ${size}: ${what} reaches ${pixels} pixels beyond the page`);
        if (SHOWN_SMALL.includes(name)) await screenshot(page, `${name}-${size}`);
      }
      await page.setViewportSize(DESKTOP);
    }
    await page.close();
    expect(findings).toEqual([]);
    expect(unhandled).toEqual([]);
  }, 600_000);
});
