/** The browser that all tests share, and pages of it that are logged in. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { consoleUrl, keys, type Role } from './stack.ts';

const screenshots = join(dirname(fileURLToPath(import.meta.url)), '../../../../target/screenshots');
mkdirSync(screenshots, { recursive: true });

export type Theme = 'light' | 'dark';

let browser: Promise<Browser> | undefined;
const contexts = new Map<string, Promise<BrowserContext>>();

function launch(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
  return browser;
}

export interface Options {
  role?: Role;
  theme?: Theme;
  width?: number;
  height?: number;
  /** The zoom of the browser, which leaves that much less room for the page. */
  zoom?: number;
}

/** A context of one role, theme and size; logged in once, by the log-in page. */
async function contextOf({ role = 'admin', theme = 'light', width = 1440, height = 900, zoom = 1 }: Options): Promise<BrowserContext> {
  const name = JSON.stringify([role, theme, width, height, zoom]);
  let context = contexts.get(name);
  if (!context) {
    context = (async () => {
      const opened = await (await launch()).newContext({
        baseURL: consoleUrl,
        viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
        deviceScaleFactor: zoom,
        colorScheme: theme,
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      opened.setDefaultTimeout(30_000);
      await logIn(opened, role);
      return opened;
    })();
    contexts.set(name, context);
  }
  return context;
}

export async function logIn(context: BrowserContext, role: Role): Promise<void> {
  const page = await context.newPage();
  await page.goto('/about');
  await page.getByLabel('Key', { exact: true }).fill(keys[role]!);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'About' }).waitFor();
  await page.close();
}

/** A page of a browser that has no session. */
export async function openWithoutSession(path: string): Promise<Page> {
  const context = await (await launch()).newContext({ baseURL: consoleUrl, viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

/** Errors that no code of the app handled, and what the Content-Security-Policy refused. */
export const unhandled: string[] = [];

/** A page of the app. */
export async function open(path: string, options: Options = {}): Promise<Page> {
  const page = await (await contextOf(options)).newPage();
  page.on('pageerror', (error) => unhandled.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/.test(message.text())) unhandled.push(`${page.url()}: ${message.text()}`);
  });
  await page.goto(path);
  await settled(page);
  return page;
}

/** Waits until what the screen shows has come: no placeholder is left. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(() => page.locator('main [aria-busy="true"]').count(), { timeout: 30_000 }).toBe(0);
}

export async function screenshot(page: Page, name: string, fullPage = false): Promise<void> {
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage, animations: 'disabled' });
}

/** Shows a page in a theme, as its button does. */
export async function inTheme(page: Page, theme: Theme): Promise<void> {
  await page.evaluate((isDark) => document.documentElement.classList.toggle('pf-v6-theme-dark', isDark), theme === 'dark');
}

/** What axe finds serious or critical on a page, by these rules or all: each rule with the elements that break it. */
export async function seriousFindings(page: Page, rules?: string[]): Promise<string[]> {
  // Without frames there is no need for the second page in which it puts their results together; the rows of a list are alike.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'], preload: false }).exclude('.tn-table tbody tr:nth-child(n+6)');
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])).analyze();
  return violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
}

/** How far something on the page reaches beyond its edge, in pixels, and what; lists and code that scroll by themselves do not count. */
export async function overflow(page: Page): Promise<{ pixels: number; what: string }> {
  return page.evaluate(async () => {
    const isClipped = (element: Element): boolean => {
      for (let parent = element.parentElement; parent && !parent.matches('main, .pf-v6-c-page__main-container, .pf-v6-c-page, body'); parent = parent.parentElement) {
        if (getComputedStyle(parent).overflowX !== 'visible') return true;
      }
      return false;
    };
    let found = { pixels: 0, what: '' };
    // A few frames after the window has changed, scripts have followed its size.
    for (let frame = 0; frame === 0 || (found.pixels > 0 && frame < 60); frame++) {
      await new Promise(requestAnimationFrame);
      found = { pixels: 0, what: '' };
      for (const element of document.querySelectorAll('main *, header *, .tn-portal *')) {
        const { right, width } = element.getBoundingClientRect();
        const pixels = Math.round(right - innerWidth);
        if (width > 1 && pixels > found.pixels && !isClipped(element)) found = { pixels, what: `${element.tagName.toLowerCase()}.${element.getAttribute('class')}` };
      }
    }
    return found;
  });
}

/** Presses Tab until an element with this role and name has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, name: RegExp, limit = 150): Promise<void> {
  for (let pressed = 0; pressed < limit; pressed++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      if (!element || element === document.body) return '';
      const labels = (element as HTMLInputElement).labels;
      return [element.getAttribute('aria-label'), labels && [...labels].map((label) => label.textContent).join(' '), element.textContent].filter(Boolean).join(' ');
    });
    if (name.test(focused)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${limit} times Tab did not lead to ${name}`);
}

export async function close(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
  contexts.clear();
}
