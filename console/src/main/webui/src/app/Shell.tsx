import {
  Alert,
  Button,
  Divider,
  Dropdown,
  DropdownItem,
  DropdownList,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  MastheadToggle,
  MenuToggle,
  Nav,
  NavGroup,
  NavItem,
  NavList,
  Page,
  PageSection,
  PageSidebar,
  PageSidebarBody,
  PageToggleButton,
  SkipToContent,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { MoonIcon, SearchIcon, SunIcon, UserIcon } from '@patternfly/react-icons';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isLive } from '../api/hints';
import { unavailableServices } from '../api/services';
import { includes, logOut, type Session } from '../api/session';
import { useStore } from '../api/store';
import { AppLink } from '../components/AppLink';
import { explain } from '../components/Failure';
import { useNow } from '../components/Time';
import { humanise, textOf } from '../i18n';
import { Brand } from './Brand';
import { useFocusOnNavigation } from './focus';
import { NAVIGATION } from './nav';
import { theme } from './theme';
import { showToast, Toasts } from './toasts';

const SearchDialog = lazy(async () => ({ default: (await import('./SearchDialog')).SearchDialog }));

/** Head, navigation and notices around the screens. */
export function Shell({ session }: { session: Session }) {
  const { t } = useTranslation();
  useFocusOnNavigation('main');
  return (
    <Page
      masthead={<Head session={session} />}
      sidebar={<Navigation session={session} />}
      isManagedSidebar
      isContentFilled
      mainContainerId="main"
      skipToContent={<SkipToContent href="#main">{t('shell.skip')}</SkipToContent>}
    >
      <Notices session={session} />
      <Outlet />
      <Toasts />
    </Page>
  );
}

function Head({ session }: { session: Session }) {
  const { t } = useTranslation();
  const live = useStore(isLive);
  return (
    <Masthead>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton isHamburgerButton aria-label={t('shell.navigation')} />
        </MastheadToggle>
        <MastheadBrand>
          <AppLink to="/" className="tn-brand-link" aria-label={t('shell.home')}>
            <Brand />
          </AppLink>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic>
          <ToolbarContent>
            <ToolbarGroup align={{ default: 'alignEnd' }} gap={{ default: 'gapSm' }}>
              <ToolbarItem>
                <span className="tn-live" data-live={live} title={t(live ? 'shell.live' : 'shell.polling')}>
                  <span className="tn-live__text">{t(live ? 'shell.liveShort' : 'shell.pollingShort')}</span>
                </span>
              </ToolbarItem>
              <ToolbarItem>
                <SearchButton />
              </ToolbarItem>
              <ToolbarItem>
                <ThemeButton />
              </ToolbarItem>
              <ToolbarItem>
                <UserMenu session={session} />
              </ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );
}

/** Opens the search; so do Ctrl+K and /. */
function SearchButton() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]');
      if ((event.key === 'k' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && !isTyping)) {
        event.preventDefault();
        setOpen(true);
      }
    };
    addEventListener('keydown', open);
    return () => removeEventListener('keydown', open);
  }, []);
  return (
    <>
      <Button variant="control" icon={<SearchIcon />} onClick={() => setOpen(true)} aria-label={t('search.open')} className="tn-search-button">
        <span className="tn-search-button__text">{t('search.label')}</span> <kbd>{'/'}</kbd>
      </Button>
      {isOpen && (
        <Suspense>
          <SearchDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function ThemeButton() {
  const { t } = useTranslation();
  useStore(theme);
  const isDark = document.documentElement.classList.contains('pf-v6-theme-dark');
  return (
    <Button
      variant="plain"
      icon={isDark ? <SunIcon /> : <MoonIcon />}
      aria-label={t(isDark ? 'shell.lightTheme' : 'shell.darkTheme')}
      title={t(isDark ? 'shell.lightTheme' : 'shell.darkTheme')}
      onClick={() => theme.set(isDark ? 'light' : 'dark')}
    />
  );
}

function UserMenu({ session }: { session: Session }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const role = textOf(`roles.${session.role}`) ?? humanise(session.role);

  async function end(everywhere: boolean) {
    try {
      await logOut(everywhere);
      await queries.invalidateQueries({ queryKey: ['session'] });
    } catch (error) {
      showToast('danger', explain(error).title, explain(error).advice);
    }
  }

  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="plainText" isExpanded={isOpen} onClick={() => setOpen(!isOpen)} icon={<UserIcon />} aria-label={t('shell.user', { name: session.name })}>
          <span className="tn-user">{session.name}</span>
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem isDisabled key="role">
          {t('shell.role', { role })}
        </DropdownItem>
        <DropdownItem key="theme" onClick={() => theme.set('system')}>
          {t('shell.systemTheme')}
        </DropdownItem>
        <Divider key="line" />
        <DropdownItem key="out" onClick={() => void end(false)}>
          {t('shell.logOut')}
        </DropdownItem>
        <DropdownItem key="everywhere" description={t('shell.logOutEverywhereHelp')} onClick={() => void end(true)}>
          {t('shell.logOutEverywhere')}
        </DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}

function Navigation({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const isActive = (to: string) => (to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`));
  const items = (entries: (typeof NAVIGATION)[number]['entries']) =>
    entries
      .filter(({ role }) => !role || includes(session.role, role))
      .map(({ to, label }) => (
        <NavItem key={to} isActive={isActive(to)}>
          <AppLink to={to} aria-current={isActive(to) ? 'page' : undefined}>
            {t(`nav.${label}`)}
          </AppLink>
        </NavItem>
      ));
  return (
    <PageSidebar>
      <PageSidebarBody>
        <Nav aria-label={t('shell.navigation')} className="tn-nav">
          {NAVIGATION.filter(({ entries }) => entries.length > 0).map(({ group, entries }) =>
            group ? (
              <NavGroup key={group} title={t(`nav.${group}`)}>
                {items(entries)}
              </NavGroup>
            ) : (
              <NavList key="first">{items(entries)}</NavList>
            ),
          )}
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}

const WARN_BEFORE_MS = 5 * 60_000;

/** Which services do not answer, and that the session is about to end. */
function Notices({ session }: { session: Session }) {
  const { t } = useTranslation();
  const unavailable = useStore(unavailableServices);
  const endsSoon = Date.parse(session.expires_at) - useNow() < WARN_BEFORE_MS;
  if (unavailable.length === 0 && !endsSoon) return null;
  return (
    <PageSection hasBodyWrapper={false} className="tn-notices" aria-label={t('shell.notices')}>
      {unavailable.map((service) => (
        <Alert key={service} isInline variant="warning" title={t('shell.unavailable', { service: t(`services.${service}`) })}>
          {t(`shell.missing.${service}`)}
        </Alert>
      ))}
      {endsSoon && <Alert isInline variant="info" title={t('shell.endsSoon')} />}
    </PageSection>
  );
}
