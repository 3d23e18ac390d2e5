import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

const instances = createRoute({
  getParentRoute: () => rootRoute,
  path: '/instances',
  component: lazyRouteComponent(() => import('./InstancesScreen'), 'InstancesScreen'),
});

const newInstance = createRoute({
  getParentRoute: () => rootRoute,
  path: '/instances/new',
  validateSearch: textParameters('tenant'),
  component: lazyRouteComponent(() => import('./NewInstanceScreen'), 'NewInstanceScreen'),
});

/** Below "of", because an instance may be named "new". */
const instance = createRoute({
  getParentRoute: () => rootRoute,
  path: '/instances/of/$name',
  component: lazyRouteComponent(() => import('./InstanceScreen'), 'InstanceScreen'),
});

const limits = createRoute({
  getParentRoute: () => rootRoute,
  path: '/limits',
  validateSearch: textParameters('tenant'),
  component: lazyRouteComponent(() => import('./LimitsScreen'), 'LimitsScreen'),
});

export const instanceRoutes = [instances, newInstance, instance, limits] as const;
