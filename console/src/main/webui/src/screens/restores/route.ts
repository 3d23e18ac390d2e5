import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

const restores = createRoute({
  getParentRoute: () => rootRoute,
  path: '/restores',
  validateSearch: textParameters('tenant'),
  component: lazyRouteComponent(() => import('./RestoresScreen'), 'RestoresScreen'),
});

const newRestore = createRoute({
  getParentRoute: () => rootRoute,
  path: '/restores/new',
  validateSearch: textParameters('tenant', 'backup'),
  component: lazyRouteComponent(() => import('./NewRestoreScreen'), 'NewRestoreScreen'),
});

const restore = createRoute({
  getParentRoute: () => rootRoute,
  path: '/restores/$restoreId',
  component: lazyRouteComponent(() => import('./RestoreScreen'), 'RestoreScreen'),
});

export const restoreRoutes = [restores, newRestore, restore] as const;
