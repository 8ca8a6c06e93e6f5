import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { surveysApi } from '#contracts/surveys';
import { AppError } from '#platform/app-error';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, CurrentViewer, type Actor } from '../../accounts/index.ts';
import { SurveysService } from './surveys.service.ts';

@Controller()
export class SurveysController {
  constructor(private readonly surveys: SurveysService) {}

  @Endpoint(surveysApi.ask)
  @Access('shows.host')
  ask(@CurrentMember() actor: Actor, @Input(surveysApi.ask) input: ParsedRequestOf<typeof surveysApi.ask>) {
    return this.surveys.ask(actor, input);
  }

  @Endpoint(surveysApi.close)
  @Access('shows.host')
  close(@CurrentMember() actor: Actor, @Input(surveysApi.close) { id }: ParsedRequestOf<typeof surveysApi.close>) {
    return this.surveys.close(actor, id);
  }

  @Endpoint(surveysApi.ofShow)
  @Access('shows.read')
  async ofShow(
    @CurrentMember() actor: Actor,
    @Input(surveysApi.ofShow) { showId }: ParsedRequestOf<typeof surveysApi.ofShow>,
  ) {
    return { surveys: await this.surveys.ofShow(actor.brandId, showId) };
  }

  @Endpoint(surveysApi.due)
  @Access('guest')
  async due(
    @CurrentViewer() viewerId: string | null,
    @Input(surveysApi.due) { showId, moment }: ParsedRequestOf<typeof surveysApi.due>,
  ) {
    return { survey: await this.surveys.due(required(viewerId), showId, moment) };
  }

  @Endpoint(surveysApi.answer)
  @Access('guest')
  async answer(
    @CurrentViewer() viewerId: string | null,
    @Input(surveysApi.answer) { id, score, comment }: ParsedRequestOf<typeof surveysApi.answer>,
  ) {
    await this.surveys.answer(id, required(viewerId), score, comment);
    return {};
  }

  @Endpoint(surveysApi.byLink)
  @Access('public')
  async byLink(@Input(surveysApi.byLink) { token }: ParsedRequestOf<typeof surveysApi.byLink>) {
    const { survey } = await this.surveys.byLink(token);
    return { survey };
  }

  @Endpoint(surveysApi.answerByLink)
  @Access('public')
  async answerByLink(
    @Input(surveysApi.answerByLink) { token, score, comment }: ParsedRequestOf<typeof surveysApi.answerByLink>,
  ) {
    const { survey, subjectId } = await this.surveys.byLink(token);
    await this.surveys.answer(survey.id, subjectId, score, comment);
    return {};
  }

  @Endpoint(surveysApi.results)
  @Access('insights.read')
  results(
    @CurrentMember() actor: Actor,
    @Input(surveysApi.results) within: ParsedRequestOf<typeof surveysApi.results>,
  ) {
    return this.surveys.results(actor.brandId, within);
  }
}

function required(viewerId: string | null): string {
  if (!viewerId) throw new AppError('unauthenticated');
  return viewerId;
}
