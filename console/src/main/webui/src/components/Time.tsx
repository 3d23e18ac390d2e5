import { createStore, useStore } from '../api/store';
import { exactTime, relativeTime } from './format';

const TICK_MS = 5_000;
/** The time that all relative times on the page refer to. */
const now = createStore(Date.now());
setInterval(() => now.set(Date.now()), TICK_MS);
export const useNow = () => useStore(now);

/** How long ago something happened or how soon it will, with the exact time on hover. */
export function Time({ value, none = '–' }: { value?: string | null; none?: string }) {
  const reference = useNow();
  if (!value) return <span className="tn-muted">{none}</span>;
  return (
    <time dateTime={value} title={exactTime(value)} className="tn-nowrap">
      {relativeTime(value, reference)}
    </time>
  );
}
