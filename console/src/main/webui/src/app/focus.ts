import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/** Moves the focus to a new screen, so that the next Tab reaches what is on it, unless something on it has the focus already. */
export function useFocusOnNavigation(id: string): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        const screen = document.getElementById(id);
        if (fromLocation && pathChanged && !screen?.contains(document.activeElement)) screen?.focus({ preventScroll: true });
      }),
    [router, id],
  );
}
