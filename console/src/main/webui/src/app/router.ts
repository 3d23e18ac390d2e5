import { createRouter } from '@tanstack/react-router';
import { backupRoutes } from '../screens/backups/route';
import { campaignRoutes } from '../screens/campaigns/route';
import { deadLetterRoutes } from '../screens/deadLetters/route';
import { instanceRoutes } from '../screens/instances/route';
import { aboutRoute } from '../screens/about/route';
import { auditRoute } from '../screens/audit/route';
import { blueprintRoute, blueprintsRoute } from '../screens/blueprints/route';
import { clustersRoute } from '../screens/clusters/route';
import { jobRoute, jobsRoute } from '../screens/jobs/route';
import { overviewRoute } from '../screens/overview/route';
import { tenantRoute } from '../screens/tenant/route';
import { tenantsRoute } from '../screens/tenants/route';
import { reportsRoute } from '../screens/reports/route';
import { restoreRoutes } from '../screens/restores/route';
import { topicRoutes } from '../screens/topics/route';
import { usageRoutes } from '../screens/usage/route';
import { CrashScreen, NotFoundScreen } from './CrashScreen';
import { rootRoute } from './root';

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    overviewRoute,
    tenantsRoute,
    ...campaignRoutes,
    ...backupRoutes,
    ...restoreRoutes,
    ...topicRoutes,
    ...deadLetterRoutes,
    ...instanceRoutes,
    ...usageRoutes,
    reportsRoute,
    tenantRoute,
    blueprintsRoute,
    blueprintRoute,
    clustersRoute,
    jobsRoute,
    jobRoute,
    auditRoute,
    aboutRoute,
  ]),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: CrashScreen,
  defaultNotFoundComponent: NotFoundScreen,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
