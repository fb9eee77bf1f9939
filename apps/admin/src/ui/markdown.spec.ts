import { toNodes } from './markdown';

function html(markdown: string): string {
  const box = document.createElement('div');
  box.append(toNodes(markdown));
  return box.innerHTML.replaceAll('\n', '');
}

it('shows what people write', () => {
  expect(html('**Three** lines')).toBe('<p><strong>Three</strong> lines</p>');
  expect(html('| a | b |\n|---|--:|\n| 1 | 2 |')).toContain('<td align="right">2</td>');
  expect(html('```js\nlet a = 1 < 2;\n```')).toContain('<code>let a = 1 &lt; 2;</code>');
});

it.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '![x](https://evil.example/pixel.png)',
  '[x](javascript:alert(1))',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<svg><script>alert(1)</script></svg>',
  '<iframe src="https://evil.example"></iframe>',
  '<form action="https://evil.example"><input name=a></form>',
  '<p style="position:fixed;inset:0">x</p>',
  '<style>body{display:none}</style>',
  '<p id="content" class="card" name="body">x</p>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
])('shows %s as text', (attack) => {
  for (const element of toNodes(attack).querySelectorAll('*')) {
    expect(['P', 'A', 'BR', 'CODE', 'EM', 'STRONG']).toContain(element.tagName);
    for (const { name, value } of element.attributes) {
      expect(['href', 'rel', 'target']).toContain(name);
      expect(value).not.toMatch(/javascript:|data:/i);
    }
  }
});

it('keeps what HTML said readable', () => {
  expect(html('a <b>bold</b> word')).toBe('<p>a &lt;b&gt;bold&lt;/b&gt; word</p>');
  expect(toNodes('<div onclick="x">\nhi\n</div>').textContent).toContain('<div onclick="x">');
});

it('opens links elsewhere, and tells them nothing', () => {
  expect(html('[x](https://example.org)')).toContain('rel="noopener noreferrer nofollow"');
});
