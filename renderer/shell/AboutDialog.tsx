import { useStudio } from '../state/state.ts';
import { Logo } from './Logo.tsx';
import { Modal } from './Modal.tsx';

export function AboutDialog({ onClose }: { readonly onClose: () => void }) {
  const about = useStudio((s) => s.about);
  const types = useStudio((s) => s.specs.size);
  return (
    <Modal title="About Tributary" className="about" onClose={onClose}>
      <div className="about-head">
        <Logo size={32} />
        <div>
          <b className="about-name">Tributary</b>
          <p className="quiet">Pipelines of pictures, sound, video, text and models, on your own machine.</p>
        </div>
      </div>
      {about !== null && (
        <dl className="about-facts">
          <dt>Version</dt>
          <dd>{about.version}</dd>
          <dt>Runtime</dt>
          <dd>{about.runtime}</dd>
          <dt>Machine</dt>
          <dd>
            {about.platform}, {about.cores} cores
          </dd>
          <dt>Node types</dt>
          <dd>{types}</dd>
          <dt>Licence</dt>
          <dd>Apache-2.0</dd>
        </dl>
      )}
    </Modal>
  );
}
