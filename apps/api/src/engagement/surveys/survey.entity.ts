import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SurveyKind, SurveyMoment } from '#contracts/surveys';
import { idColumn, timeColumn } from '../../database/index.ts';

/** One wave of asking. */
@Entity('surveys')
export class Survey {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  /** Its name within the brand: `room:<id>`, `leave:<show>`, `delivered:<month>`. */
  @Column({ type: 'text' }) wave!: string;
  @Column({ type: 'text' }) kind!: SurveyKind;
  @Column({ type: 'text' }) moment!: SurveyMoment;
  @Column(idColumn({ nullable: true })) showId!: string | null;
  @Column(idColumn({ nullable: true })) productId!: string | null;
  /** A member; null for one that the house asks by itself. */
  @Column(idColumn({ nullable: true })) openedBy!: string | null;
  @Column(timeColumn()) openedAt!: Date;
  @Column(timeColumn({ nullable: true })) closedAt!: Date | null;
}

/** Nobody is asked twice in a wave. */
@Entity('survey_asks')
export class SurveyAsk {
  @PrimaryColumn('uuid') surveyId!: string;
  @PrimaryColumn('uuid') subjectId!: string;
  @Column(timeColumn()) askedAt!: Date;
}

@Entity('survey_answers')
export class SurveyAnswer {
  @PrimaryColumn('uuid') surveyId!: string;
  @PrimaryColumn('uuid') subjectId!: string;
  @Column({ type: 'integer' }) score!: number;
  @Column({ type: 'text', nullable: true }) comment!: string | null;
  @Column(timeColumn()) answeredAt!: Date;
}
