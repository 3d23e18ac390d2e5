import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

export const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  validateSearch: textParameters('tenant_id', 'actor', 'action', 'outcome', 'from', 'to'),
  component: lazyRouteComponent(() => import('./AuditScreen'), 'AuditScreen'),
});
