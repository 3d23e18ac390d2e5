import type { Client } from 'openapi-fetch';
import { createContext, useContext } from 'react';
import { createApi, http as sessionHttp, type Paths } from '../api/client';

interface WebhookClient {
  http: Client<Paths>;
  api: ReturnType<typeof createApi>;
}

export const webhookClient = (http: Client<Paths>): WebhookClient => ({ http, api: createApi(http) });

/** How the webhooks of a tenant are read and changed: by the session of the console, or by the token of a portal link. */
export const WebhookContext = createContext<WebhookClient>(webhookClient(sessionHttp));
export const useWebhookClient = () => useContext(WebhookContext);
