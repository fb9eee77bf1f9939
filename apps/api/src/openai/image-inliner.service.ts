import { Injectable } from '@nestjs/common';
import type { ChatMessage } from '@ollameter/openai-contract';
import { AppConfig } from '../config/app-config';
import { type ContentPart, imageUrlOf, withImageUrl } from '../translate/content-part';
import { UntranslatableError } from '../translate/untranslatable-error';
import { ImageFetcher, ImageRefused } from './image-fetcher';

/** Pictures that one request may have fetched. */
const MAX_FETCHED = 16;

/** Turns pictures named by http(s) URL into data URLs, where `FETCH_IMAGE_URLS` allows it. */
@Injectable()
export class ImageInliner {
  constructor(
    private readonly config: AppConfig,
    private readonly fetcher: ImageFetcher,
  ) {}

  /**
   * The messages with every fetched picture in place; the same array where there is nothing to fetch.
   * @throws UntranslatableError naming the part whose picture cannot be had.
   */
  async inline(messages: ChatMessage[], signal: AbortSignal): Promise<ChatMessage[]> {
    if (!this.config.fetchImageUrls || !messages.some(namesPicture)) return messages;
    let fetched = 0;
    return Promise.all(
      messages.map(async (message, index) => {
        if (!namesPicture(message)) return message;
        const content = await Promise.all(
          message.content.map(async (part, place) => {
            const url = imageUrlOf(part);
            if (!isHttp(url)) return part;
            const param = `messages[${index}].content[${place}].image_url.url`;
            if (++fetched > MAX_FETCHED)
              throw new UntranslatableError(
                param,
                `At most ${MAX_FETCHED} images by URL are fetched for one request.`,
                'invalid_value',
              );
            return withImageUrl(part, await this.fetch(url, param, signal));
          }),
        );
        return { ...message, content };
      }),
    );
  }

  private async fetch(url: string, param: string, signal: AbortSignal): Promise<string> {
    try {
      return await this.fetcher.fetchDataUrl(url, signal);
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof ImageRefused ? error.message : 'it could not be fetched.';
      throw new UntranslatableError(
        param,
        `The image at this URL cannot be used: ${reason}`,
        'invalid_value',
      );
    }
  }
}

function namesPicture(message: ChatMessage): message is ChatMessage & { content: ContentPart[] } {
  return Array.isArray(message.content) && message.content.some((part) => isHttp(imageUrlOf(part)));
}

function isHttp(url: string): boolean {
  return /^https?:/i.test(url);
}
