import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

export const tenantsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tenants',
  validateSearch: textParameters('name', 'status', 'environment', 'blueprint', 'region'),
  component: lazyRouteComponent(() => import('./TenantsScreen'), 'TenantsScreen'),
});
