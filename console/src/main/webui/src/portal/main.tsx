import '@patternfly/react-core/dist/styles/base.css';
import '../app/app.css';
import '../i18n';
import { QueryClientProvider } from '@tanstack/react-query';
import type { Middleware } from 'openapi-fetch';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createHttp } from '../api/client';
import { createQueries } from '../app/queries';
import { followTheme } from '../app/theme';
import { WebhookContext, webhookClient } from '../webhooks/client';
import { portalPath, takeToken, withLink } from './link';
import { Portal, WHOAMI } from './Portal';

followTheme();
// It is kept in memory only: a reload needs the link again.
const token = takeToken(location, history);

const portal: Middleware = {
  onRequest: ({ request }) => withLink(request, token ?? ''),
  onResponse({ request, response }) {
    // The link may have ended: the page says so at once.
    if (response.status === 401 && new URL(request.url).pathname !== portalPath(WHOAMI)) void queries.invalidateQueries({ queryKey: ['get', WHOAMI] });
  },
};
const queries = createQueries();
const client = webhookClient(createHttp(portal));

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <WebhookContext value={client}>
        <Portal hasToken={token !== undefined} />
      </WebhookContext>
    </QueryClientProvider>
  </StrictMode>,
);
