import type { Role } from '../api/session';
import type { en } from '../i18n/en';

export interface NavEntry {
  to: string;
  label: keyof typeof en.nav;
  role?: Role;
}

/** The screens in the navigation, in groups. A new screen adds one line. */
export const NAVIGATION: { group?: keyof typeof en.nav; entries: NavEntry[] }[] = [
  {
    entries: [
      { to: '/', label: 'overview' },
      { to: '/tenants', label: 'tenants' },
    ],
  },
  {
    group: 'changes',
    entries: [
      { to: '/blueprints', label: 'blueprints' },
      { to: '/campaigns', label: 'campaigns' },
    ],
  },
  {
    group: 'protection',
    entries: [
      { to: '/backups', label: 'backups' },
      { to: '/drills', label: 'drills' },
      { to: '/restores', label: 'restores' },
    ],
  },
  {
    group: 'ingestion',
    entries: [
      { to: '/topics', label: 'topics' },
      { to: '/groups', label: 'groups' },
      { to: '/dead-letters', label: 'deadLetters' },
      { to: '/instances', label: 'instances' },
      { to: '/limits', label: 'limits' },
    ],
  },
  {
    group: 'infrastructure',
    entries: [
      { to: '/clusters', label: 'clusters' },
      { to: '/jobs', label: 'jobs' },
    ],
  },
  {
    group: 'insight',
    entries: [
      { to: '/usage', label: 'usage' },
      { to: '/reports', label: 'reports' },
      { to: '/audit', label: 'audit' },
      { to: '/about', label: 'about' },
    ],
  },
];
