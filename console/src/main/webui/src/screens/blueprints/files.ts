export type Change = 'added' | 'removed' | 'changed' | 'same';

/** Files of one or both of two versions, in order, with how the newer differs. */
export function compareFiles(newer: Record<string, string>, older?: Record<string, string>): { path: string; change: Change }[] {
  const paths = [...new Set([...Object.keys(newer), ...Object.keys(older ?? {})])].sort(byPath);
  return paths.map((path) => ({
    path,
    change: !older ? 'same' : !(path in older) ? 'added' : !(path in newer) ? 'removed' : newer[path] === older[path] ? 'same' : 'changed',
  }));
}

/** V2 before V10; blueprint.yaml before folders. */
const byPath = (a: string, b: string) => Number(a.includes('/')) - Number(b.includes('/')) || a.localeCompare(b, 'en', { numeric: true });
