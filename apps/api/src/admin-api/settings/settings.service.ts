import { ConflictException, Injectable } from '@nestjs/common';
import type {
  RedactionTrialAnswer,
  RedactionTrialRequest,
  SettingList,
  SettingsChange,
} from '@ollameter/admin-contract';
import { AppConfig } from '../../config/app-config';
import { ConfigError } from '../../config/config-error';
import type { Variables } from '../../config/environment';
import { readLeniently } from '../../config/stored-settings';
import { ChangeFeed } from '../../database/change-feed.service';
import type { KeptCopy } from '../../database/kept-copy';
import { AuditService } from '../../identity/audit.service';
import type { AuditSource } from '../../identity/audit-source';
import { Redaction } from '../../request-log/redaction';
import { InvalidFieldsError } from '../invalid-fields.error';
import {
  keyOf,
  setBy,
  SHOWN_SETTINGS,
  type ShownSetting,
  toSettingItem,
  toText,
  valueOf,
} from './setting-item';
import { SettingsRepository } from './settings.repository';

const LIVE_FIELDS = SHOWN_SETTINGS.flatMap(({ description }) => description.live ?? []);

/** What may be set from the portal. The environment wins; what can take effect while running does so at once. */
@Injectable()
export class SettingsService {
  private readonly copy: KeptCopy;

  constructor(
    private readonly config: AppConfig,
    private readonly repository: SettingsRepository,
    private readonly audit: AuditService,
    private readonly feed: ChangeFeed,
  ) {
    this.copy = feed.keep(['setting'], () => this.adopt());
  }

  async list(): Promise<SettingList> {
    return this.toList(await this.repository.stored());
  }

  /**
   * Changes what is given, all or nothing. Stored values that do not count hinder no change.
   * @throws ConflictException for what only the environment sets, InvalidFieldsError naming the field
   */
  async change(change: SettingsChange, source: AuditSource): Promise<SettingList> {
    const asked = this.asked(change);
    const list = await this.repository.changing(async (manager) => {
      const before = await this.repository.stored(manager);
      const { config: was, faults } = readLeniently(this.config.given, before);
      const changes = Object.fromEntries(
        asked.map(({ setting, text }) => [setting.variable, text ?? undefined]),
      );
      const sound = Object.fromEntries(Object.entries(before).filter(([name]) => !faults.has(name)));
      const is = this.read({ ...sound, ...changes });
      for (const { setting, text } of asked) await this.repository.save(manager, setting.variable, text);
      await this.audit.record(
        {
          ...source,
          action: 'setting.change',
          target: { type: 'setting', name: asked.map(({ setting }) => setting.key).join(', ') },
          before: this.values(asked, was),
          after: this.values(asked, is),
        },
        manager,
      );
      return this.toList({ ...before, ...changes });
    });
    this.feed.tell('setting');
    await this.copy.refresh();
    return list;
  }

  /**
   * What the log would keep of a text.
   * @throws InvalidFieldsError for kinds that are not known, and patterns that cannot be compiled
   */
  tryRedaction({ text, kinds, patterns }: RedactionTrialRequest): RedactionTrialAnswer {
    const trial = { LOG_REDACT: kinds.join(','), LOG_REDACT_PATTERNS: patterns };
    try {
      const { logRedact, logRedactPatterns } = AppConfig.fromVariables({ ...this.config.given, ...trial });
      return { text: new Redaction(logRedact, logRedactPatterns).text(text) };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const field = error.variable === 'LOG_REDACT' ? 'kinds' : 'patterns';
      throw InvalidFieldsError.of(field, `must be ${error.expected}`);
    }
  }

  /** Takes over what is stored now, as far as it can be while running. */
  private async adopt(): Promise<void> {
    const { config } = readLeniently(this.config.given, await this.repository.stored());
    this.config.adopt(config, LIVE_FIELDS);
  }

  private asked(change: SettingsChange | null): { setting: ShownSetting; text: string | null }[] {
    if (typeof change !== 'object' || change === null || Array.isArray(change))
      throw InvalidFieldsError.of('body', 'must be an object of settings by their keys');
    return Object.entries(change).map(([key, value]) => {
      const setting = SHOWN_SETTINGS.find((each) => each.key === key);
      if (setting === undefined) throw InvalidFieldsError.of(key, 'unknown field');
      const fixedBy = setBy(setting, this.config.given);
      if (fixedBy !== null)
        throw new ConflictException(`${key} is set by the environment (${fixedBy}): change it there.`);
      if (!setting.description.editable)
        throw new ConflictException(`${key} can only be set in the environment (${setting.variable}).`);
      return { setting, text: toText(setting, value) };
    });
  }

  private read(stored: Variables): AppConfig {
    try {
      return AppConfig.fromVariables(this.config.given, stored);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw InvalidFieldsError.of(keyOf(error.variable), `must be ${error.expected}`);
    }
  }

  private values(asked: readonly { setting: ShownSetting }[], config: AppConfig): object {
    return Object.fromEntries(
      asked.map(({ setting }) => [setting.key, valueOf(setting, config.environment)]),
    );
  }

  private toList(stored: Variables): SettingList {
    const next = readLeniently(this.config.given, stored);
    const waits = ({ variable, description }: ShownSetting) =>
      description.live === undefined &&
      next.config.environment[variable] !== this.config.environment[variable];
    return {
      items: SHOWN_SETTINGS.map((setting) => toSettingItem(setting, next, stored)),
      restartPending: SHOWN_SETTINGS.some(waits),
    };
  }
}
