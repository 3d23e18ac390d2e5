import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

export const blueprintsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/blueprints',
  component: lazyRouteComponent(() => import('./BlueprintsScreen'), 'BlueprintsScreen'),
});

export const blueprintRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/blueprints/$name',
  validateSearch: textParameters('version', 'compare', 'file'),
  component: lazyRouteComponent(() => import('./BlueprintScreen'), 'BlueprintScreen'),
});
