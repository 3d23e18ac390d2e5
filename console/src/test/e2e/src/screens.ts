import { inject } from 'vitest';
import { call } from './stack.ts';

export interface Screen {
  name: string;
  path: string;
  /** The service without which it shows nothing but what is missing. */
  needs?: 'backup';
}

const TENANT_TABS = ['timeline', 'backups', 'restores', 'migrations', 'events', 'keys', 'services', 'webhooks', 'limits', 'audit'];
const TABS_OF_BACKUPS = ['backups', 'restores', 'migrations'];

/** Every screen, with something to show. */
export async function allScreens(): Promise<Screen[]> {
  const { fleet, shop, instance } = inject('fixtures');
  const newest = async (service: 'backup' | 'ingestion', path: string) => (await call(service, 'GET', path)).items[0];
  const [drill, topic, group, job, letter, restore, campaign, portal] = await Promise.all([
    newest('backup', `/drills?tenant_id=${shop.id}`),
    newest('ingestion', '/topics'),
    newest('ingestion', '/groups'),
    newest('backup', '/jobs?limit=1'),
    newest('ingestion', '/dead-letters?limit=1'),
    newest('backup', '/restores?limit=1'),
    newest('backup', '/campaigns?limit=1'),
    call('tenant', 'POST', `/tenants/${shop.id}/portal-links`, {}),
  ]);
  // Other tests make them; a single one on a new installation does without.
  const made = (screen: Screen, thing: unknown): Screen[] => (thing ? [screen] : []);
  return [
    { name: 'overview', path: '/' },
    { name: 'tenants', path: '/tenants' },
    { name: 'tenant', path: `/tenants/${shop.id}` },
    ...TENANT_TABS.map((tab): Screen => ({ name: `tenant-${tab}`, path: `/tenants/${shop.id}/${tab}`, needs: TABS_OF_BACKUPS.includes(tab) ? 'backup' : undefined })),
    { name: 'blueprints', path: '/blueprints' },
    { name: 'blueprint', path: `/blueprints/${fleet.blueprint}` },
    { name: 'campaigns', path: '/campaigns', needs: 'backup' },
    { name: 'campaign-new', path: `/campaigns/new?blueprint=${fleet.blueprint}`, needs: 'backup' },
    ...made({ name: 'campaign', path: `/campaigns/${campaign?.id}`, needs: 'backup' }, campaign),
    { name: 'backups', path: '/backups', needs: 'backup' },
    { name: 'backups-all', path: '/backups/all', needs: 'backup' },
    { name: 'backup', path: `/backups/${shop.backup}`, needs: 'backup' },
    { name: 'drills', path: '/drills', needs: 'backup' },
    { name: 'drill', path: `/drills/${drill.id}`, needs: 'backup' },
    { name: 'restores', path: '/restores', needs: 'backup' },
    { name: 'restore-new', path: `/restores/new?tenant=${shop.id}` },
    ...made({ name: 'restore', path: `/restores/${restore?.id}`, needs: 'backup' }, restore),
    { name: 'topics', path: '/topics' },
    { name: 'topic', path: `/topics/${topic.name}` },
    { name: 'groups', path: '/groups' },
    { name: 'group', path: `/groups/${group.group}` },
    { name: 'dead-letters', path: '/dead-letters' },
    ...made({ name: 'dead-letter', path: `/dead-letters/${letter?.id}` }, letter),
    { name: 'lost-events', path: '/dead-letters/lost' },
    { name: 'instances', path: '/instances' },
    { name: 'instance', path: `/instances/of/${instance}` },
    { name: 'instance-new', path: '/instances/new' },
    { name: 'limits', path: `/limits?tenant=${shop.id}` },
    { name: 'clusters', path: '/clusters' },
    { name: 'jobs', path: '/jobs' },
    { name: 'job', path: `/jobs/backup/${job.id}`, needs: 'backup' },
    { name: 'usage', path: '/usage' },
    { name: 'usage-tenant', path: `/usage/${shop.id}` },
    { name: 'reports', path: '/reports' },
    { name: 'audit', path: '/audit' },
    { name: 'about', path: '/about' },
    { name: 'not-found', path: '/there-is-no-such-page' },
    { name: 'portal', path: `/portal#token=${portal.token}` },
  ];
}
