import '@patternfly/react-core/dist/styles/base.css';
import './app/app.css';
import './i18n';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueries } from './app/queries';
import { router } from './app/router';
import { followTheme } from './app/theme';
import { onSessionEnd } from './api/session';

followTheme();
const queries = createQueries();
onSessionEnd(() => void queries.invalidateQueries({ queryKey: ['session'] }));

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
