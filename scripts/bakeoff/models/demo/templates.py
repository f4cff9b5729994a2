"""The demo models' chat templates, in Jinja."""

LLAMA = """\
{{- bos_token }}
{%- for message in messages %}
{{- '<|' + message['role'] + '|>\\n' + message['content'] + '<|end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|assistant|>\\n' }}{%- endif %}
"""

#: The harmony format in its simplest form. vLLM renders gpt-oss conversations itself and does
#: not read this; other engines do.
GPT_OSS = """\
{%- for message in messages %}
{{- '<|start|>' + message['role'] }}
{%- if message['role'] == 'assistant' %}{{- '<|channel|>final' }}{%- endif %}
{{- '<|message|>' + message['content'] + '<|end|>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start|>assistant' }}{%- endif %}
"""
