import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

const topics = createRoute({
  getParentRoute: () => rootRoute,
  path: '/topics',
  component: lazyRouteComponent(() => import('./TopicsScreen'), 'TopicsScreen'),
});

const topic = createRoute({
  getParentRoute: () => rootRoute,
  path: '/topics/$topic',
  validateSearch: textParameters('tenant'),
  component: lazyRouteComponent(() => import('./TopicScreen'), 'TopicScreen'),
});

const groups = createRoute({
  getParentRoute: () => rootRoute,
  path: '/groups',
  component: lazyRouteComponent(() => import('./GroupsScreen'), 'GroupsScreen'),
});

const group = createRoute({
  getParentRoute: () => rootRoute,
  path: '/groups/$group',
  component: lazyRouteComponent(() => import('./GroupScreen'), 'GroupScreen'),
});

export const topicRoutes = [topics, topic, groups, group] as const;
