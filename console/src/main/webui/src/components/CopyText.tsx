import { CheckIcon, CopyIcon } from '@patternfly/react-icons';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shortId } from './format';

async function copy(text: string) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Browsers offer the clipboard only over TLS or on this machine.
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

interface CopyTextProps {
  value: string;
  /** What is shown, if not the value itself. */
  children?: string;
}

/** A technical value that is copied with a click. */
export function CopyText({ value, children }: CopyTextProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className={children === undefined ? 'tn-copy' : 'tn-copy tn-copy--short'}
      title={value}
      aria-label={t(copied ? 'common.copied' : 'common.copy', { value })}
      onClick={(event) => {
        event.stopPropagation();
        void copy(value).then(() => setCopied(true));
      }}
    >
      <code>{children ?? value}</code>
      {copied ? <CheckIcon className="tn-copy__icon tn-copy__icon--done" /> : <CopyIcon className="tn-copy__icon" />}
    </button>
  );
}

/** A short id that copies the whole one with a click. */
export const CopyId = ({ id }: { id: string }) => <CopyText value={id}>{shortId(id)}</CopyText>;
