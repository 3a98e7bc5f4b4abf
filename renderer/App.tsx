import { lazy, Suspense } from 'react';
import { Canvas } from './canvas/Canvas.tsx';
import { Inspector } from './inspector/Inspector.tsx';
import { Palette } from './palette/Palette.tsx';
import { TimeBar } from './preview/TimeBar.tsx';
import { Viewer } from './preview/Viewer.tsx';
import { BottomPanels } from './shell/BottomPanels.tsx';
import { Dialogs } from './shell/Dialogs.tsx';
import { StatusBar } from './shell/StatusBar.tsx';
import { Toasts } from './shell/Toasts.tsx';
import { TopBar } from './shell/TopBar.tsx';
import { useKeys } from './shell/useKeys.ts';
import { useStudio } from './state/state.ts';
import { Welcome } from './welcome/Welcome.tsx';

// The first screen opens without what only the other needs.
const ExportScreen = lazy(async () => ({ default: (await import('./export/ExportScreen.tsx')).ExportScreen }));
const ProfileScreen = lazy(async () => ({ default: (await import('./profile/ProfileScreen.tsx')).ProfileScreen }));

/** The whole studio: the welcome screen, or a screen of a pipeline. */
export function App() {
  const open = useStudio((s) => s.session !== null);
  const leftOpen = useStudio((s) => s.leftOpen);
  const rightOpen = useStudio((s) => s.rightOpen);
  const bottom = useStudio((s) => s.bottom);
  const screen = useStudio((s) => s.screen);
  useKeys();
  return (
    <>
      {open ? (
        <div className="app">
          <TopBar />
          {screen === 'export' ? (
            <Suspense fallback={<div className="middle" />}>
              <ExportScreen />
            </Suspense>
          ) : screen === 'profile' ? (
            <Suspense fallback={<div className="middle" />}>
              <ProfileScreen />
            </Suspense>
          ) : (
            <div className="middle">
              {leftOpen && <Palette />}
              <div className="centre">
                <Canvas />
                <TimeBar />
                {bottom !== null && <BottomPanels />}
              </div>
              {rightOpen && <Inspector />}
            </div>
          )}
          <StatusBar />
          <Viewer />
        </div>
      ) : (
        <Welcome />
      )}
      <Dialogs />
      <Toasts />
    </>
  );
}
