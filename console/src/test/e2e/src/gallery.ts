/** The pictures of every screen in the documentation, which TENANTRY_DOCS_IMAGES renews. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { Theme } from './browser.ts';

const docs = join(dirname(fileURLToPath(import.meta.url)), '../../../../../docs');
const images = join(docs, 'images/console');
const SIZE = { width: 1320, height: 825 };
const QUALITY = 0.8;

export const isRenewed = Boolean(process.env.TENANTRY_DOCS_IMAGES);

/** Removes the pictures: a screen may be gone. */
export function clear(): void {
  rmSync(images, { recursive: true, force: true });
  mkdirSync(images, { recursive: true });
}

/** Takes the picture of a screen in a theme; the page has its former size afterwards. */
export async function take(page: Page, name: string, theme: Theme): Promise<void> {
  const before = page.viewportSize()!;
  await page.setViewportSize(SIZE);
  const png = await page.screenshot({ animations: 'disabled' });
  await page.setViewportSize(before);
  writeFileSync(join(images, `${name}-${theme}.webp`), await asWebp(page, png));
}

/** The browser itself writes WebP, a third of PNG's size, though not for its own screenshots. */
async function asWebp(page: Page, png: Buffer): Promise<Buffer> {
  const blank = await page.context().newPage();
  const url = await blank.evaluate(
    async ([data, quality]) => {
      const picture = new Image();
      picture.src = `data:image/png;base64,${data}`;
      await picture.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [picture.width, picture.height];
      canvas.getContext('2d')!.drawImage(picture, 0, 0);
      return canvas.toDataURL('image/webp', quality);
    },
    [png.toString('base64'), QUALITY] as const,
  );
  await blank.close();
  return Buffer.from(url.split(',')[1]!, 'base64');
}

/** Writes the page that shows the pictures of these screens. */
export function writePage(names: string[]): void {
  const rows = names.map((name) => `| ${name} | ![${name}, light](images/console/${name}-light.webp) | ![${name}, dark](images/console/${name}-dark.webp) |`);
  writeFileSync(
    join(docs, 'console-screens.md'),
    `# Screens of the console

Every screen of [the console](console.md) in both themes, as the browser tests saw it: the data is theirs.
\`TENANTRY_DOCS_IMAGES=1\` renews this page and its pictures ([console/src/test/e2e](../console/src/test/e2e/README.md)).

| screen | light | dark |
| --- | --- | --- |
${rows.join('\n')}
`,
  );
}
