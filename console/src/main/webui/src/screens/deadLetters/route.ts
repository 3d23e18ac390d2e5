import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

const deadLetters = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dead-letters',
  validateSearch: textParameters('reason', 'status', 'tenant_id'),
  component: lazyRouteComponent(() => import('./DeadLettersScreen'), 'DeadLettersScreen'),
});

const lostEvents = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dead-letters/lost',
  component: lazyRouteComponent(() => import('./LostEventsScreen'), 'LostEventsScreen'),
});

const deadLetter = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dead-letters/$id',
  component: lazyRouteComponent(() => import('./DeadLetterScreen'), 'DeadLetterScreen'),
});

export const deadLetterRoutes = [deadLetters, lostEvents, deadLetter] as const;
