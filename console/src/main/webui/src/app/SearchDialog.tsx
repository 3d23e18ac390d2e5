import { Label, Modal, ModalBody, Spinner, TextInput } from '@patternfly/react-core';
import { SearchIcon } from '@patternfly/react-icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { AppLink } from '../components/AppLink';
import { search } from './search';

const TYPING_MS = 200;

/** Finds tenants and work by name or id, from every screen. */
export function SearchDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { history } = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const results = useQuery({
    queryKey: ['search', asked],
    queryFn: () => search(asked),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    refetchInterval: false,
  });
  const found = asked === '' ? [] : (results.data?.found ?? []);
  const list = useRef<HTMLUListElement>(null);

  /** The arrow keys go through the input and what was found; Enter in the input opens the first one. */
  function onKey(event: KeyboardEvent) {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const position = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === 'ArrowDown' && links.length > 0) {
      event.preventDefault();
      links[Math.min(position + 1, links.length - 1)]!.focus();
    } else if (event.key === 'ArrowUp' && position >= 0) {
      event.preventDefault();
      (links[position - 1] ?? input.current)?.focus();
    } else if (event.key === 'Enter' && position < 0 && found[0] && !results.isPlaceholderData && asked === text.trim()) {
      event.preventDefault();
      onClose();
      history.push(found[0].to);
    }
  }

  return (
    <Modal isOpen variant="medium" position="top" aria-label={t('search.open')} onClose={onClose}>
      <ModalBody className="tn-search" onKeyDown={onKey}>
        <TextInput
          ref={input}
          type="search"
          aria-label={t('search.label')}
          placeholder={t('search.label')}
          customIcon={<SearchIcon />}
          value={text}
          onChange={(_, value) => setText(value)}
          autoComplete="off"
          autoFocus
        />
        {found.length > 0 && (
          <ul ref={list} aria-label={t('search.open')} className="tn-found">
            {found.map((one) => (
              <li key={`${one.kind} ${one.id}`}>
                <AppLink to={one.to} onClick={onClose}>
                  <Label isCompact variant="outline">
                    {t(`search.kind.${one.kind}`)}
                  </Label>
                  <strong>{one.name}</strong>
                  <span className="tn-muted">{one.note}</span>
                </AppLink>
              </li>
            ))}
          </ul>
        )}
        <p className="tn-hint" aria-live="polite">
          {asked === '' ? (
            t('search.hint')
          ) : results.isFetching ? (
            <Spinner size="sm" aria-label={t('common.loading')} />
          ) : results.data && !results.data.isComplete ? (
            t('search.some')
          ) : found.length === 0 ? (
            t('search.none')
          ) : (
            ' '
          )}
        </p>
      </ModalBody>
    </Modal>
  );
}
