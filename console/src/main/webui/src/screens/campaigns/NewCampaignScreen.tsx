import {
  Alert,
  Button,
  Card,
  CardBody,
  CardHeader,
  CardTitle,
  Checkbox,
  Form,
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  Grid,
  GridItem,
  HelperText,
  HelperTextItem,
  PageSection,
  TextInput,
} from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Backup } from '../../api/client';
import { showToast } from '../../app/toasts';
import { FailureAlert } from '../../components/Failure';
import { count, shortVersion } from '../../components/format';
import { Loaded } from '../../components/Loaded';
import { Nothing } from '../../components/Nothing';
import { PageHeader } from '../../components/PageHeader';
import './campaigns.css';

type Plan = Backup['CampaignPlan'];
type Request = Backup['CampaignRequest'];

const route = getRouteApi('/campaigns/new');

/** The settings as they are typed; an empty one is left to the service. */
interface Settings {
  blueprint: string;
  version: string;
  canaries: string;
  waveSize: string;
  parallelism: string;
  rate: string;
  backupFirst: boolean;
}

const number = (typed: string) => (typed.trim() === '' ? undefined : Number(typed));

function requestOf(settings: Settings): Request {
  return {
    blueprint: settings.blueprint,
    target_version: settings.version.trim() || undefined,
    canary: number(settings.canaries),
    wave_size: number(settings.waveSize),
    parallelism: number(settings.parallelism),
    max_failure_rate: settings.rate.trim() === '' ? undefined : Number(settings.rate) / 100,
    backup_first: settings.backupFirst,
  };
}

/** Settings, then the plan of a dry run, then the start. */
export function NewCampaignScreen() {
  const { t } = useTranslation();
  const summaries = useQuery(api.queryOptions('get', '/api/backup/v1/migrations/summary'));
  return (
    <>
      <PageHeader title={t('campaigns.create.title')} description={t('campaigns.create.description')} parents={[{ label: t('campaigns.title'), to: '/campaigns' }]} />
      <PageSection hasBodyWrapper={false} isFilled>
        <Loaded query={summaries} lines={8}>
          {({ items }) => (items.length === 0 ? <Nothing title={t('campaigns.behind.empty')} body={t('campaigns.behind.emptyBody')} /> : <Planner summaries={items} />)}
        </Loaded>
      </PageSection>
    </>
  );
}

function Planner({ summaries }: { summaries: Backup['Summary'][] }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [settings, setSettings] = useState<Settings>({
    blueprint: search.blueprint ?? summaries.find(({ pending }) => pending > 0)?.blueprint ?? summaries[0]!.blueprint,
    version: search.version ?? '',
    canaries: '1',
    waveSize: '',
    parallelism: '',
    rate: '5',
    backupFirst: true,
  });
  const set = (change: Partial<Settings>) => setSettings({ ...settings, ...change });
  const request = requestOf(settings);
  const plan = useMutation({
    mutationFn: async (body: Request) => {
      const { data } = await http.POST('/api/backup/v1/campaigns', { body: { ...body, dry_run: true } });
      return { body, plan: data as Plan };
    },
  });
  const start = useMutation({
    mutationFn: async (body: Request) => {
      const { data } = await http.POST('/api/backup/v1/campaigns', { body });
      showToast('success', t('campaigns.create.started'));
      await navigate({ to: '/campaigns/$campaignId', params: { campaignId: (data as Backup['Campaign']).id } });
    },
  });
  const isStale = plan.data !== undefined && JSON.stringify(plan.data.body) !== JSON.stringify(request);
  const summary = summaries.find(({ blueprint }) => blueprint === settings.blueprint);

  return (
    <Grid hasGutter>
      <GridItem lg={5}>
        <Card>
          <CardBody>
            <Form
              onSubmit={(event) => {
                event.preventDefault();
                plan.mutate(request);
              }}
            >
              <FormGroup label={t('campaigns.blueprint')} fieldId="blueprint" isRequired>
                <FormSelect id="blueprint" value={settings.blueprint} onChange={(_, blueprint) => set({ blueprint })}>
                  {summaries.map(({ blueprint }) => (
                    <FormSelectOption key={blueprint} value={blueprint} label={blueprint} />
                  ))}
                </FormSelect>
              </FormGroup>
              <FormGroup label={t('campaigns.create.version')} fieldId="version">
                <TextInput id="version" className="tn-mono" value={settings.version} placeholder={`${t('campaigns.create.current')}${summary ? `, ${shortVersion(summary.current_version)}` : ''}`} onChange={(_, version) => set({ version })} />
              </FormGroup>
              <FormGroup label={t('campaigns.create.canaries')} fieldId="canaries">
                <TextInput id="canaries" type="number" min={0} max={10_000} value={settings.canaries} onChange={(_, canaries) => set({ canaries })} />
                <Help>{t('campaigns.create.canariesHelp')}</Help>
              </FormGroup>
              <Grid hasGutter>
                <GridItem sm={6}>
                  <FormGroup label={t('campaigns.create.waveSize')} fieldId="wave-size">
                    <TextInput id="wave-size" type="number" min={1} max={10_000} value={settings.waveSize} onChange={(_, waveSize) => set({ waveSize })} />
                    <Help>{t('campaigns.create.waveSizeHelp')}</Help>
                  </FormGroup>
                </GridItem>
                <GridItem sm={6}>
                  <FormGroup label={t('campaigns.create.parallelism')} fieldId="parallelism">
                    <TextInput id="parallelism" type="number" min={1} max={200} value={settings.parallelism} onChange={(_, parallelism) => set({ parallelism })} />
                    <Help>{t('campaigns.create.parallelismHelp')}</Help>
                  </FormGroup>
                </GridItem>
              </Grid>
              <FormGroup label={t('campaigns.create.rate')} fieldId="rate">
                <TextInput id="rate" type="number" min={0} max={100} step="any" value={settings.rate} onChange={(_, rate) => set({ rate })} />
              </FormGroup>
              <Checkbox id="backup-first" label={t('campaigns.create.backupFirst')} isChecked={settings.backupFirst} onChange={(_, backupFirst) => set({ backupFirst })} />
              <div>
                <Button type="submit" variant={plan.data && !isStale ? 'secondary' : 'primary'} isLoading={plan.isPending} isDisabled={plan.isPending}>
                  {t(plan.data ? 'campaigns.create.planAgain' : 'campaigns.create.plan')}
                </Button>
              </div>
            </Form>
          </CardBody>
        </Card>
      </GridItem>
      <GridItem lg={7}>
        <Card isFullHeight>
          <CardHeader>
            <CardTitle component="h2">{t('campaigns.create.planTitle')}</CardTitle>
          </CardHeader>
          <CardBody aria-live="polite">
            <FailureAlert error={plan.error} />
            {!plan.data && !plan.error && <p className="tn-muted">{t('campaigns.create.noPlan')}</p>}
            {plan.data && (
              <>
                {isStale && <Alert isInline variant="info" title={t('campaigns.create.planStale')} />}
                <PlanView plan={plan.data.plan} />
                <FailureAlert error={start.error} />
                {plan.data.plan.tenants > 0 && (
                  <Button
                    variant="primary"
                    isDisabled={isStale || start.isPending}
                    isLoading={start.isPending}
                    onClick={() => start.mutate(plan.data!.body)}
                    style={{ marginBlockStart: '1rem' }}
                  >
                    {t('campaigns.create.begin', { count: plan.data.plan.tenants })}
                  </Button>
                )}
              </>
            )}
          </CardBody>
        </Card>
      </GridItem>
    </Grid>
  );
}

function Help({ children }: { children: string }) {
  return (
    <FormHelperText>
      <HelperText>
        <HelperTextItem>{children}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}

function PlanView({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  if (plan.tenants === 0) return <Nothing title={t('campaigns.behind.allUpToDate')} body={t('campaigns.create.nothing')} />;
  const impossible = plan.ways.filter(({ error }) => error);
  return (
    <>
      <p className="tn-plan__figures">
        <strong>{t('campaigns.create.summary', { count: plan.tenants })}</strong>
        <span>{t('campaigns.create.waves', { count: plan.waves })}</span>
        <span className="tn-muted">
          {count(plan.current)} {t('campaigns.create.alreadyThere')}
        </span>
        <CodeOf version={plan.target_version} />
      </p>
      {impossible.map(({ from_version: from, tenants, error }) => (
        <Alert key={from} isInline variant="warning" title={t('campaigns.create.impossible')}>
          {t('campaigns.create.impossibleBody', { count: tenants, message: error!.message })}
        </Alert>
      ))}
      <Table variant="compact" gridBreakPoint="grid-md" aria-label={t('campaigns.create.planTitle')}>
        <Thead>
          <Tr>
            <Th>{t('campaigns.create.from')}</Th>
            <Th className="tn-number">{t('campaigns.create.tenants')}</Th>
            <Th width={50}>{t('campaigns.create.scripts')}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {plan.ways.map((way) => (
            <Tr key={way.from_version}>
              <Td dataLabel={t('campaigns.create.from')}>
                <CodeOf version={way.from_version} />
              </Td>
              <Td dataLabel={t('campaigns.create.tenants')} className="tn-number">
                {count(way.tenants)}
              </Td>
              <Td dataLabel={t('campaigns.create.scripts')}>
                {way.error ? (
                  <span className="tn-muted">{way.error.message}</span>
                ) : (
                  <ul className="tn-plan__scripts">
                    {way.plan?.steps.map(({ script, transactional }) => (
                      <li key={script}>
                        <code className="tn-mono">{script}</code>
                        {!transactional && <span className="tn-muted"> {t('campaigns.create.notTransactional')}</span>}
                      </li>
                    ))}
                  </ul>
                )}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </>
  );
}

const CodeOf = ({ version }: { version: string }) => <code className="tn-mono">{shortVersion(version)}</code>;
