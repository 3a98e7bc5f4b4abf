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

/** The whole studio: the welcome screen, or the design screen around the canvas. */
export function App() {
  const open = useStudio((s) => s.session !== null);
  const leftOpen = useStudio((s) => s.leftOpen);
  const rightOpen = useStudio((s) => s.rightOpen);
  const bottom = useStudio((s) => s.bottom);
  useKeys();
  return (
    <>
      {open ? (
        <div className="app">
          <TopBar />
          <div className="middle">
            {leftOpen && <Palette />}
            <div className="centre">
              <Canvas />
              <TimeBar />
              {bottom !== null && <BottomPanels />}
            </div>
            {rightOpen && <Inspector />}
          </div>
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
