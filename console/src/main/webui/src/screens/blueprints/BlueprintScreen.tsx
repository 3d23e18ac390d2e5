import { FormSelect, FormSelectOption, Label, PageSection } from '@patternfly/react-core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Tenant } from '../../api/client';
import { CopyText } from '../../components/CopyText';
import { exactTime, shortVersion } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { Time } from '../../components/Time';
import { compareFiles } from './files';

// The editor is large, and only this screen has one.
const CodeView = lazy(async () => ({ default: (await import('../../components/CodeView')).CodeView }));

const route = getRouteApi('/blueprints/$name');

/** The files of a blueprint's version, alone or compared with another version. */
export function BlueprintScreen() {
  const { t } = useTranslation();
  const { name } = route.useParams();
  const { version, compare, file } = route.useSearch();
  const navigate = route.useNavigate();
  const path = { name };
  const shown = api.useQuery('get', '/api/tenant/v1/blueprints/{name}', { params: { path, query: { version } } });
  const other = api.useQuery('get', '/api/tenant/v1/blueprints/{name}', { params: { path, query: { version: compare } } }, { enabled: compare !== undefined });
  const show = (change: { version?: string; compare?: string; file?: string }) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });

  return (
    <>
      <PageHeader
        title={name}
        parents={[{ label: t('blueprints.title'), to: '/blueprints' }]}
        badges={shown.data?.current && <Label color="green">{t('blueprints.isCurrent')}</Label>}
        description={
          shown.data && (
            <>
              {t('blueprints.version')} <CopyText value={shown.data.version} /> {t('blueprints.acceptedText')} <Time value={shown.data.accepted_at} />
            </>
          )
        }
      />
      <PageSection hasBodyWrapper={false}>
        <Loaded query={shown} lines={10}>
          {(blueprint) => {
            const original = compare !== undefined ? other.data?.files : undefined;
            const files = compareFiles(blueprint.files, original);
            const open = files.find(({ path }) => path === file) ?? files.find(({ change }) => change !== 'same') ?? files[0];
            return (
              <div className="tn-stack">
                <div className="tn-versions">
                  <VersionChoice label={t('blueprints.version')} versions={blueprint.versions} value={blueprint.version} onChange={(chosen) => show({ version: chosen })} />
                  <VersionChoice
                    label={t('blueprints.compareWith')}
                    versions={blueprint.versions.filter((one) => one.version !== blueprint.version)}
                    value={compare ?? ''}
                    none={t('blueprints.noComparison')}
                    onChange={(chosen) => show({ compare: chosen || undefined })}
                  />
                </div>
                {blueprint.warnings.length > 0 && (
                  <ul className="tn-lost">
                    {blueprint.warnings.map((warning) => (
                      <li key={warning}>{warning}</li>
                    ))}
                  </ul>
                )}
                <div className="tn-files">
                  <nav aria-label={t('blueprints.files')}>
                    <ul>
                      {files.map(({ path, change }) => (
                        <li key={path}>
                          <button type="button" className="tn-file" aria-current={path === open?.path} data-change={change} onClick={() => show({ file: path })}>
                            <span>{path}</span>
                            {change !== 'same' && <small>{t(`blueprints.change.${change}`)}</small>}
                          </button>
                        </li>
                      ))}
                    </ul>
                  </nav>
                  {open && (
                    <Panel title={open.path}>
                      <Suspense fallback={<div className="tn-editor" aria-busy="true" />}>
                        <CodeView file={open.path} label={open.path} text={blueprint.files[open.path] ?? ''} original={original && (original[open.path] ?? '')} />
                      </Suspense>
                    </Panel>
                  )}
                </div>
              </div>
            );
          }}
        </Loaded>
      </PageSection>
    </>
  );
}

interface VersionChoiceProps {
  label: string;
  versions: Tenant['BlueprintVersion'][];
  value: string;
  none?: string;
  onChange: (version: string) => void;
}

function VersionChoice({ label, versions, value, none, onChange }: VersionChoiceProps) {
  const { t } = useTranslation();
  return (
    <label className="tn-labelled">
      <span>{label}</span>
      <FormSelect value={value} onChange={(_, chosen) => onChange(chosen)} aria-label={label}>
        {none !== undefined && <FormSelectOption value="" label={none} />}
        {versions.map((one) => (
          <FormSelectOption
            key={one.version}
            value={one.version}
            label={`${shortVersion(one.version)} · ${exactTime(one.accepted_at)}${one.current ? ` · ${t('blueprints.isCurrent')}` : ''}`}
          />
        ))}
      </FormSelect>
    </label>
  );
}
