import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { stageApi } from '#contracts/stage';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { StageService } from './stage.service.ts';

type Request<E extends keyof typeof stageApi> = ParsedRequestOf<(typeof stageApi)[E]>;

@Controller()
export class StageController {
  constructor(private readonly stage: StageService) {}

  @Endpoint(stageApi.desk)
  @Access('shows.host')
  desk(@CurrentMember() actor: Actor, @Input(stageApi.desk) { id }: Request<'desk'>) {
    return this.stage.desk(actor.brandId, id);
  }

  @Endpoint(stageApi.invite)
  @Access('shows.host')
  invite(@CurrentMember() actor: Actor, @Input(stageApi.invite) input: Request<'invite'>) {
    return this.stage.invite(actor, input);
  }

  @Endpoint(stageApi.place)
  @Access('shows.host')
  place(@CurrentMember() actor: Actor, @Input(stageApi.place) input: Request<'place'>) {
    return this.stage.place(actor, input);
  }

  @Endpoint(stageApi.remove)
  @Access('shows.host')
  remove(@CurrentMember() actor: Actor, @Input(stageApi.remove) input: Request<'remove'>) {
    return this.stage.remove(actor, input);
  }

  @Endpoint(stageApi.arrange)
  @Access('shows.host')
  arrange(@CurrentMember() actor: Actor, @Input(stageApi.arrange) input: Request<'arrange'>) {
    return this.stage.arrange(actor, input);
  }

  @Endpoint(stageApi.preview)
  @Access('shows.host')
  preview(@CurrentMember() actor: Actor, @Input(stageApi.preview) { id }: Request<'preview'>) {
    return this.stage.preview(actor, id);
  }

  @Endpoint(stageApi.seat)
  @Access('public')
  seat(@Input(stageApi.seat) input: Request<'seat'>) {
    return this.stage.seat(input);
  }

  @Endpoint(stageApi.enter)
  @Access('public')
  enter(@Input(stageApi.enter) { token }: Request<'enter'>) {
    return this.stage.enter(token);
  }
}
