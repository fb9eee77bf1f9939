import { StreamMeter } from './stream-meter';

describe('StreamMeter', () => {
  it('takes tokens and times from Ollama where it told them', () => {
    const meter = new StreamMeter();
    meter.observe(1_000_000, 1);
    meter.observe(3_000_000, 1);
    meter.finish({
      load_duration: 5e6,
      prompt_eval_count: 11,
      prompt_eval_duration: 250e6,
      eval_count: 100,
      eval_duration: 2e9,
    });
    expect(meter.result()).toEqual({
      promptTokens: 11,
      cachedPromptTokens: null,
      completionTokens: 100,
      tokensQuality: 'reported',
      loadMs: 5,
      promptMs: 250,
      generateMs: 2000,
      tokensPerSecond: 50,
      firstRecordUs: 1_000_000,
      activeFromUs: 750_000,
      activeToUs: 3_000_000,
    });
  });

  it('tells of a prompt what came from the cache', () => {
    const meter = new StreamMeter();
    meter.observe(1_000_000, 1);
    meter.finish({ prompt_eval_count: 4_000, prompt_eval_cached_count: 3_980, eval_count: 5 });
    expect(meter.result()).toMatchObject({ promptTokens: 4_000, cachedPromptTokens: 3_980 });
  });

  it('counts records by the gateway’s clock where the end never came, and says so', () => {
    const meter = new StreamMeter();
    meter.observe(1_000_000, 2);
    meter.observe(2_000_000, 1);
    expect(meter.result()).toMatchObject({
      promptTokens: null,
      completionTokens: 3,
      tokensQuality: 'counted',
      generateMs: 1000,
      tokensPerSecond: 3,
      activeFromUs: 1_000_000,
    });
  });

  it('knows nothing where no record came', () => {
    expect(new StreamMeter().result()).toMatchObject({
      promptTokens: null,
      completionTokens: null,
      tokensQuality: null,
      activeFromUs: null,
    });
  });

  it('adds up the rounds of one exchange, and counts only the one that was cut', () => {
    const meter = new StreamMeter();
    const round = { prompt_eval_count: 10, prompt_eval_duration: 100e6, eval_count: 5, eval_duration: 1e9 };
    meter.observe(1_000_000, 5);
    meter.finish(round);
    meter.observe(3_000_000, 5);
    meter.finish(round);
    expect(meter.result()).toMatchObject({
      promptTokens: 20,
      completionTokens: 10,
      tokensQuality: 'reported',
      activeFromUs: 900_000,
    });
    meter.observe(4_000_000, 1);
    meter.observe(5_000_000, 2);
    expect(meter.result()).toMatchObject({
      completionTokens: 13,
      tokensQuality: 'counted',
      generateMs: 3000,
      activeToUs: 5_000_000,
    });
  });
});
