import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

/** The text of a key that is only known at run time, such as a status; undefined if there is none. */
export function textOf(key: string): string | undefined {
  const exists = i18next.exists as (key: string) => boolean;
  const translate = i18next.t as unknown as (key: string) => string;
  return exists(key) ? translate(key) : undefined;
}

/** `up_to_date` as "Up to date", for values that have no text of their own. */
export function humanise(value: string): string {
  const words = value.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export { i18next };
