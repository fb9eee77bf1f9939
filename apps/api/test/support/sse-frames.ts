/** The frames of a whole event stream: the texts after `data: `, comments left out. */
export function sseFrames(text: string): string[] {
  return text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => frame.slice('data: '.length));
}

/** The text that the chunks of a chat stream carry, in order. */
export function streamedText(frames: readonly string[]): string {
  return frames
    .filter((frame) => frame !== '[DONE]')
    .map((frame) => JSON.parse(frame) as { choices?: { delta: { content?: string | null } }[] })
    .map(({ choices }) => choices?.[0]?.delta.content ?? '')
    .join('');
}
