import { createStore } from '../api/store';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'tenantry.theme';

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

export const theme = createStore<Theme>(stored());

/** Keeps the page in the chosen theme, and follows the system's preference if none is chosen. public/theme.js has the same rule. */
export function followTheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const choice = theme.get();
    document.documentElement.classList.toggle('pf-v6-theme-dark', choice === 'dark' || (choice === 'system' && dark.matches));
  };
  theme.subscribe(() => {
    apply();
    try {
      localStorage.setItem(KEY, theme.get());
    } catch {
      // The choice then lasts as long as the page.
    }
  });
  dark.addEventListener('change', apply);
  apply();
}
