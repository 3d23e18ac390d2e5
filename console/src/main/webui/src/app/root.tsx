import { createRootRoute } from '@tanstack/react-router';
import { App } from './App';
import { CrashScreen, NotFoundScreen } from './CrashScreen';

/** The parent of every screen's route. */
export const rootRoute = createRootRoute({ component: App, notFoundComponent: NotFoundScreen, errorComponent: CrashScreen });
