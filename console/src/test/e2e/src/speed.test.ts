import { afterAll, describe, expect, it } from 'vitest';
import { close, open } from './browser.ts';

afterAll(close);

describe('the first load', () => {
  it('has at most 350 KiB of compressed script', async () => {
    const page = await open('/', { width: 1441 });
    const { script, paint } = await page.evaluate(() => ({
      script: performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    }));
    await page.close();
    console.log(`first load: ${(script / 1024).toFixed(0)} KiB of script, first contentful paint after ${paint.toFixed(0)} ms`);
    expect(script).toBeLessThanOrEqual(350 * 1024);
  });
});
