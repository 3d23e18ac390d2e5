import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

const usage = createRoute({
  getParentRoute: () => rootRoute,
  path: '/usage',
  validateSearch: textParameters('by', 'days'),
  component: lazyRouteComponent(() => import('./UsageScreen'), 'UsageScreen'),
});

const tenantUsage = createRoute({
  getParentRoute: () => rootRoute,
  path: '/usage/$tenantId',
  validateSearch: textParameters('period'),
  component: lazyRouteComponent(() => import('./TenantUsageScreen'), 'TenantUsageScreen'),
});

export const usageRoutes = [usage, tenantUsage] as const;
