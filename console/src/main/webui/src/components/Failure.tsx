import { Alert, AlertActionLink, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Button } from '@patternfly/react-core';
import { ExclamationCircleIcon, PluggedIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem';
import { textOf } from '../i18n';
import { CopyText } from './CopyText';

function kindOf(error: unknown): string {
  if (!(error instanceof ApiError)) return 'unexpected';
  if (error.status === 0) return 'unreachable';
  if (error.isUnavailable) return 'unavailable';
  const byStatus: Record<number, string> = { 401: 'signedOut', 403: 'forbidden', 404: 'missing', 409: 'conflict', 410: 'missing', 413: 'tooLarge', 422: 'invalid', 429: 'tooMany' };
  return byStatus[error.status] ?? (error.status < 500 ? 'invalid' : error.isRetryable ? 'temporary' : 'unexpected');
}

/** What failed and what to do about it, in words. */
export function explain(error: unknown): { title: string; detail?: string; advice: string; code?: string } {
  const problem = error instanceof ApiError ? error.problem : undefined;
  const kind = kindOf(error);
  const service = error instanceof ApiError && error.service ? textOf(`services.${error.service}`) : undefined;
  const isServiceDown = kind === 'unavailable' && service !== undefined;
  const code = error instanceof ApiError ? error.code : undefined;
  return {
    title: isServiceDown ? `${service} ${textOf('failure.doesNotAnswer')}` : (problem?.title ?? textOf(`failure.${kind}.title`)!),
    detail: isServiceDown ? undefined : problem?.detail === problem?.title ? undefined : problem?.detail,
    advice: (code && textOf(`advice.${code}`)) ?? textOf(`failure.${kind}.advice`)!,
    code,
  };
}

interface FailureProps {
  error: unknown;
  onRetry?: () => void;
}

function Code({ code }: { code?: string }) {
  const { t } = useTranslation();
  return code ? (
    <div className="tn-failure__code">
      <span>{t('failure.code')}</span> <CopyText value={code} />
    </div>
  ) : null;
}

/** A failure within a dialog, form or panel that shows more than what failed. */
export function FailureAlert({ error, onRetry }: FailureProps) {
  const { t } = useTranslation();
  if (!error) return null;
  const { title, detail, advice, code } = explain(error);
  const fields = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return (
    <Alert
      isInline
      component="p"
      variant={error instanceof ApiError && error.isUnavailable ? 'warning' : 'danger'}
      title={title}
      actionLinks={onRetry && <AlertActionLink onClick={onRetry}>{t('common.retry')}</AlertActionLink>}
    >
      {detail && <p>{detail}</p>}
      {fields.length > 0 && (
        <ul>
          {fields.map(({ field, message }) => (
            <li key={`${field} ${message}`}>
              {field && <code>{field}</code>} {message}
            </li>
          ))}
        </ul>
      )}
      <p>{advice}</p>
      <Code code={code} />
    </Alert>
  );
}

/** A failure in the place of what could not be shown. */
export function FailureState({ error, onRetry }: FailureProps) {
  const { t } = useTranslation();
  const { title, detail, advice, code } = explain(error);
  const isDown = error instanceof ApiError && error.isUnavailable;
  return (
    <EmptyState variant="sm" status={isDown ? 'warning' : 'danger'} icon={isDown ? PluggedIcon : ExclamationCircleIcon} titleText={title} headingLevel="h2">
      <EmptyStateBody>
        {detail && <p>{detail}</p>}
        <p>{advice}</p>
        <Code code={code} />
      </EmptyStateBody>
      {onRetry && (
        <EmptyStateFooter>
          <EmptyStateActions>
            <Button variant="secondary" onClick={onRetry}>
              {t('common.retry')}
            </Button>
          </EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
