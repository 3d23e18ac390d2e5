import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root';
import { textParameters } from '../../components/search';

const campaigns = createRoute({
  getParentRoute: () => rootRoute,
  path: '/campaigns',
  validateSearch: textParameters('blueprint', 'status'),
  component: lazyRouteComponent(() => import('./CampaignsScreen'), 'CampaignsScreen'),
});

const newCampaign = createRoute({
  getParentRoute: () => rootRoute,
  path: '/campaigns/new',
  validateSearch: textParameters('blueprint', 'version'),
  component: lazyRouteComponent(() => import('./NewCampaignScreen'), 'NewCampaignScreen'),
});

const campaign = createRoute({
  getParentRoute: () => rootRoute,
  path: '/campaigns/$campaignId',
  validateSearch: textParameters('tenant'),
  component: lazyRouteComponent(() => import('./CampaignScreen'), 'CampaignScreen'),
});

export const campaignRoutes = [campaigns, newCampaign, campaign] as const;
