import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';

export const clustersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/clusters',
  component: lazyRouteComponent(() => import('./ClustersScreen'), 'ClustersScreen'),
});
