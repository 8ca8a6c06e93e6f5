import { useStore } from '@nanostores/react';
import { Camera as CameraIcon, Mic, MicOff } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { Select } from '../ui/Field.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { Sheet } from '../ui/Sheet.tsx';
import { Notice } from '../ui/states.tsx';
import type { Camera, CameraState } from './camera.ts';
import { LevelMeter } from './LevelMeter.tsx';
import css from './Sources.module.css';
import { useStudioText } from './texts.ts';

/** What is sent: the microphone with its level, and the camera. */
export function Sources({ camera, source, onChoose }: { camera: Camera; source: CameraState; onChoose: () => void }) {
  const t = useStudioText();
  const muted = useStore(camera.muted);
  const stream = 'stream' in source ? source.stream : null;
  const sound = stream?.getAudioTracks()[0] ?? null;
  const picture = source.at === 'ready' ? (source.stream.getVideoTracks()[0] ?? null) : null;
  return (
    <div className={css.sources}>
      <button
        type="button"
        aria-pressed={muted}
        aria-label={t.mute}
        aria-keyshortcuts="M"
        disabled={sound === null}
        onClick={() => camera.setMuted(!muted)}
      >
        {muted || sound === null ? (
          <MicOff size={18} strokeWidth={1.75} aria-hidden data-off="" />
        ) : (
          <Mic size={18} strokeWidth={1.75} aria-hidden />
        )}
        {sound === null ? (
          <span>{stream ? t.noMicrophone : t.microphone}</span>
        ) : muted ? (
          <span className={css.muted}>{t.muted}</span>
        ) : (
          <LevelMeter track={sound} label={t.level} />
        )}
        <Kbd>M</Kbd>
      </button>
      <button type="button" aria-label={t.chooseSources} aria-keyshortcuts="C" onClick={onChoose}>
        <CameraIcon size={18} strokeWidth={1.75} aria-hidden />
        <span>{picture ? cameraName(picture) : t.camera}</span>
        <Kbd>C</Kbd>
      </button>
    </div>
  );
}

/** "FaceTime HD Camera 720p 30fps": browsers add the maker's numbers in brackets, which nobody reads. */
function cameraName(track: MediaStreamTrack): string {
  const { height, frameRate } = track.getSettings();
  const size = height ? ` ${height}p` : '';
  const rate = frameRate ? ` ${Math.round(frameRate)}fps` : '';
  return track.label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/, '') + size + rate;
}

export function SourcesDialog({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const t = useStudioText();
  const devices = useStore(camera.devices);
  const source = useStore(camera.state);
  const [failed, setFailed] = useState(false);
  const stream = 'stream' in source ? source.stream : null;
  const current = (tracks: MediaStreamTrack[] | undefined) => tracks?.[0]?.getSettings().deviceId ?? '';
  const choose = (kind: 'video' | 'audio') => (event: { target: { value: string } }) => {
    setFailed(false);
    camera.choose(kind, event.target.value).catch(() => setFailed(true));
  };
  const options = (list: MediaDeviceInfo[]) =>
    list.map((device, index) => (
      <option key={device.deviceId} value={device.deviceId}>
        {device.label || t.unnamed(index + 1)}
      </option>
    ));
  return (
    <Sheet
      title={t.chooseSources}
      place="dialog"
      onClose={onClose}
      foot={
        <Button kind="fill" size="touch" onClick={onClose}>
          {t.done}
        </Button>
      }
    >
      <div className={css.choice}>
        {failed && <Notice tone="failed">{t.cameraBusy}</Notice>}
        <Select
          label={t.camera}
          disabled={devices.cameras.length === 0}
          value={current(stream?.getVideoTracks())}
          onChange={choose('video')}
        >
          {devices.cameras.length === 0 ? <option value="">{t.none}</option> : options(devices.cameras)}
        </Select>
        <Select
          label={t.microphone}
          disabled={devices.microphones.length === 0}
          value={current(stream?.getAudioTracks())}
          onChange={choose('audio')}
        >
          {devices.microphones.length === 0 ? <option value="">{t.noMicrophone}</option> : options(devices.microphones)}
        </Select>
      </div>
    </Sheet>
  );
}
