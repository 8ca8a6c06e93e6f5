import { texts } from '../i18n.ts';

export const useStageText = texts({
  ja: {
    pictureOf: (p: { name: string }) => `${p.name}さんの映像`,
    comesBack: (p: { name: string }) => `${p.name}さんの映像を待っています`,
    muted: '音を止めています',
  },
  en: {
    pictureOf: (p: { name: string }) => `Picture of ${p.name}`,
    comesBack: (p: { name: string }) => `Waiting for ${p.name}`,
    muted: 'Muted',
  },
});
