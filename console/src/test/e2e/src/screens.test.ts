import { afterAll, describe, expect, it } from 'vitest';
import { close, inTheme, open, openWithoutSession, overflow, screenshot, seriousFindings, settled, unhandled } from './browser.ts';
import * as gallery from './gallery.ts';
import { allScreens } from './screens.ts';
import { control } from './stack.ts';

afterAll(close);

const DESKTOP = { width: 1440, height: 900 };
/** A telephone; and a window of 1280 pixels at a zoom of 200 %, which leaves half of them. */
const SMALL = { narrow: { width: 320, height: 800 }, zoomed: { width: 640, height: 400 } };
/** What somebody without a session sees everywhere. */
const LOG_IN = { name: 'log-in', path: '/' };
const SHOWN_SMALL = ['overview', 'tenants', 'tenant', 'backups', 'campaigns', 'restore-new'];

describe('every screen', () => {
  it('is complete and accessible in both themes, and fits 320 pixels and a zoom of 200 %', async () => {
    const member = await open('/');
    const visitor = await openWithoutSession('/');
    const findings: string[] = [];
    const screens = await allScreens();
    // The tests of the files before this one have made what these show.
    if (control) expect(screens.map(({ name }) => name)).toEqual(expect.arrayContaining(['campaign', 'restore', 'dead-letter']));
    if (gallery.isRenewed) {
      gallery.clear();
      gallery.writePage([...screens, LOG_IN].map(({ name }) => name));
    }
    for (const { name, path } of [...screens, LOG_IN]) {
      const page = name === LOG_IN.name ? visitor : member;
      await page.goto(path);
      await settled(page);
      if ((await page.getByRole('heading', { level: 1 }).count()) !== 1) findings.push(`${name}: not one heading of level 1`);
      for (const theme of ['light', 'dark'] as const) {
        await inTheme(page, theme);
        await screenshot(page, `${name}-${theme}`);
        if (gallery.isRenewed) await gallery.take(page, name, theme);
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
    await member.close();
    await visitor.context().close();
    expect(findings).toEqual([]);
    expect(unhandled).toEqual([]);
  }, 600_000);
});
