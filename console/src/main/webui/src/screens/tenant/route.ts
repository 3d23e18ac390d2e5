import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';

/** A tenant; each of its tabs has an address. */
export const tenantRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tenants/$tenantId/{-$tab}',
  component: lazyRouteComponent(() => import('./TenantScreen'), 'TenantScreen'),
});
