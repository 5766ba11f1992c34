// Chat templates in the manner of the well-known model families, written for these tests.
import type { ChatTemplate } from './chat-template.ts';

const inChatMl = (more: string): string => `{%- for message in messages -%}
${more}
    {{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|im_start|>assistant\\n' -}}
{%- endif -%}`;

/** A default system prompt stands in where the first message is none. */
export const chatMl: ChatTemplate = {
  file: 'tokenizer_config.json',
  source: inChatMl(`{%- if loop.first and message.role != 'system' -%}
    {{- '<|im_start|>system\\nYou answer in short sentences.<|im_end|>\\n' -}}
{%- endif -%}`),
  tokens: { eos_token: '<|im_end|>' },
};

/** Thoughts of all turns but the last are left out, and the answers after them trimmed. */
export const thinking: ChatTemplate = {
  file: 'chat_template.jinja',
  source: `{%- for message in messages %}
{%- set content = message.content %}
{%- if message.role == 'assistant' and '</think>' in content %}
    {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
{%- endif %}
{{- '<|im_start|>' ~ message.role ~ '\\n' ~ content ~ '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
`,
  tokens: {},
};

/** Trims, and puts the date into the system message. */
export const llama3: ChatTemplate = {
  file: 'tokenizer_config.json',
  source: `{{- bos_token }}
{%- if strftime_now is defined %}
    {%- set date = strftime_now("%d %b %Y") %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Today: " + date + "\\n\\n" }}
{{- system }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
`,
  tokens: { bos_token: '<|begin_of_text|>', eos_token: '<|eot_id|>' },
};

/** No system message; user and assistant in turns. */
export const inst: ChatTemplate = {
  file: 'tokenizer_config.json',
  source:
    "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}" +
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}" +
    "{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}" +
    "{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token }}" +
    "{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}",
  tokens: { bos_token: '<s>', eos_token: '</s>' },
};

/** The system message goes into the user's turns, as later models of that family have it. */
export const instWithSystem: ChatTemplate = {
  file: 'tokenizer_config.json',
  source: `{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- set ns = namespace(index=0) %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if (message['role'] == 'user') != (ns.index % 2 == 0) %}
        {{- raise_exception("roles must alternate after the optional system message") }}
    {%- endif %}
    {%- set ns.index = ns.index + 1 %}
    {%- if message["role"] == "user" %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- else %}
        {{- " " + message["content"]|trim + eos_token }}
    {%- endif %}
{%- endfor %}
`,
  tokens: { bos_token: '<s>', eos_token: '</s>' },
};

/** Written over several lines, whose breaks Jinja must take away just as the Python library does. */
export const zephyr: ChatTemplate = {
  file: 'tokenizer_config.json',
  source: `{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>\\n'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}`,
  tokens: { bos_token: '<s>', eos_token: '</s>' },
};

export const phi: ChatTemplate = {
  file: 'tokenizer_config.json',
  source:
    "{% for message in messages %}{% if message['role'] == 'system' %}{{'<|system|>\\n' + message['content'] + '<|end|>\\n'}}" +
    "{% elif message['role'] == 'user' %}{{'<|user|>\\n' + message['content'] + '<|end|>\\n'}}" +
    "{% elif message['role'] == 'assistant' %}{{'<|assistant|>\\n' + message['content'] + '<|end|>\\n'}}{% endif %}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% else %}{{ eos_token }}{% endif %}",
  tokens: { eos_token: '<|endoftext|>' },
};

/** Renames the assistant, refuses a system message, trims; as Gemma does. */
export const turns: ChatTemplate = {
  file: 'chat_template.jinja',
  source:
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" +
    '{% for message in messages %}' +
    "{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}" +
    "{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}" +
    "{% if add_generation_prompt %}{{'<start_of_turn>model\\n'}}{% endif %}",
  tokens: { bos_token: '<bos>' },
};

export const templates = { chatMl, thinking, llama3, inst, instWithSystem, zephyr, phi, turns } as const;
