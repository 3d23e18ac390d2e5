import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

const protection = createRoute({
  getParentRoute: () => rootRoute,
  path: '/backups',
  validateSearch: textParameters('name', 'status'),
  component: lazyRouteComponent(() => import('./ProtectionScreen'), 'ProtectionScreen'),
});

const backups = createRoute({
  getParentRoute: () => rootRoute,
  path: '/backups/all',
  validateSearch: textParameters('status', 'tenant'),
  component: lazyRouteComponent(() => import('./BackupsScreen'), 'BackupsScreen'),
});

const backup = createRoute({
  getParentRoute: () => rootRoute,
  path: '/backups/$backupId',
  component: lazyRouteComponent(() => import('./BackupScreen'), 'BackupScreen'),
});

const drills = createRoute({
  getParentRoute: () => rootRoute,
  path: '/drills',
  validateSearch: textParameters('tenant'),
  component: lazyRouteComponent(() => import('./DrillsScreen'), 'DrillsScreen'),
});

const drill = createRoute({
  getParentRoute: () => rootRoute,
  path: '/drills/$drillId',
  component: lazyRouteComponent(() => import('./DrillScreen'), 'DrillScreen'),
});

export const backupRoutes = [protection, backups, backup, drills, drill] as const;
