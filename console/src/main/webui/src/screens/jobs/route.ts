import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

export const jobsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/jobs',
  validateSearch: textParameters('service', 'status', 'type', 'tenant_id'),
  component: lazyRouteComponent(() => import('./JobsScreen'), 'JobsScreen'),
});

export const jobRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/jobs/$service/$jobId',
  component: lazyRouteComponent(() => import('./JobScreen'), 'JobScreen'),
});
