import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

export const reportsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reports',
  validateSearch: textParameters('days'),
  component: lazyRouteComponent(() => import('./ReportsScreen'), 'ReportsScreen'),
});
