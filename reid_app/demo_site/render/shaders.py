"""The GLSL programs of :mod:`reid_app.demo_site.render.stage`.

Light is linear, in the units of the background's radiance; colours come in as
sRGB and are made linear here.
"""

from __future__ import annotations

SKIN = """
#version 330
#define BONES %d
uniform vec4 bones[3 * BONES];
in vec3 in_position; in vec3 in_normal; in vec3 in_canonical;
in vec4 in_bone; in vec4 in_weight; in vec3 in_part;
vec3 posed(vec3 p, float w) {
    vec3 sum = vec3(0.0);
    for (int k = 0; k < 4; k++) {
        int b = 3 * int(in_bone[k] + 0.5);
        vec4 q = vec4(p, w);
        sum += in_weight[k] * vec3(dot(bones[b], q), dot(bones[b + 1], q), dot(bones[b + 2], q));
    }
    return sum;
}
"""
"""Shared head of the vertex programs: linear blend skinning."""

PERSON_VERTEX = (
    SKIN
    + """
uniform mat4 view;
out vec3 world; out vec3 normal; out vec3 canonical; out vec3 part;
void main() {
    world = posed(in_position, 1.0);
    normal = posed(in_normal, 0.0);
    canonical = in_canonical;
    part = in_part;
    gl_Position = view * vec4(world, 1.0);
}
"""
)

SHADOW_VERTEX = (
    SKIN
    + """
uniform mat4 view;
out vec3 part;
void main() { part = in_part; gl_Position = view * vec4(posed(in_position, 1.0), 1.0); }
"""
)

SHADOW_FRAGMENT = """
#version 330
in vec3 part;
void main() { if (part.y < 0.0) discard; }
"""

ID_FRAGMENT = """
#version 330
uniform float id;
in vec3 part;
out vec4 colour;
void main() { if (part.y < 0.0) discard; colour = vec4(id / 255.0, 0.0, 0.0, 1.0); }
"""

STATIC_VERTEX = """
#version 330
uniform mat4 view;
in vec3 in_position;
out vec3 world;
void main() { world = in_position; gl_Position = view * vec4(in_position, 1.0); }
"""

STATIC_FRAGMENT = """
#version 330
in vec3 world;
out vec4 colour;
void main() { colour = vec4(world, 1.0); }
"""

LIGHT = """
uniform sampler2DShadow shadow_map;
uniform mat4 shadow_view;
uniform float shadow_soft;
float lit(vec3 p, float bias) {
    vec4 q = shadow_view * vec4(p, 1.0);
    if (q.w <= 0.0) return 1.0;
    vec3 s = q.xyz / q.w * 0.5 + 0.5;
    if (any(lessThan(s.xy, vec2(0.0))) || any(greaterThan(s.xy, vec2(1.0)))) return 1.0;
    float sum = 0.0;
    for (int i = -TAPS; i <= TAPS; i++) for (int j = -TAPS; j <= TAPS; j++)
        sum += texture(shadow_map, vec3(s.xy + vec2(i, j) * shadow_soft * 2.0 / TAPS, s.z - bias));
    return sum / ((2.0 * TAPS + 1.0) * (2.0 * TAPS + 1.0));
}
"""

BACKGROUND_VERTEX = """
#version 330
in vec2 in_corner;
out vec2 at;
void main() { at = in_corner * 0.5 + 0.5; gl_Position = vec4(in_corner, 0.0, 1.0); }
"""

BACKGROUND_FRAGMENT = (
    """
#version 330
#define TAPS 2
in vec2 at;
out vec4 colour;
uniform sampler2D picture; uniform sampler2D key_share; uniform sampler2D place;
uniform int spheres; uniform vec4 sphere[64];
"""
    + LIGHT
    + """
void main() {
    vec3 light = texture(picture, at).rgb;
    vec4 world = texture(place, at);
    if (world.w > 0.5) {
        vec3 share = texture(key_share, at).rgb;
        light *= 1.0 - share * (1.0 - lit(world.xyz, 0.0006));
        if (world.z < 0.03) {
            float open = 1.0;
            for (int k = 0; k < spheres; k++) {
                vec3 d = sphere[k].xyz - world.xyz;
                float r = length(d);
                float ratio = sphere[k].w / max(r, sphere[k].w);
                open *= 1.0 - 0.75 * clamp(d.z / r, 0.0, 1.0) * ratio * ratio;
            }
            light *= open;
        }
    }
    colour = vec4(light, 1.0);
}
"""
)

COPY_FRAGMENT = """
#version 330
in vec2 at;
out vec4 colour;
uniform sampler2D picture;
void main() { colour = texture(picture, at); }
"""

PERSON_FRAGMENT = (
    """
#version 330
#define TAPS 1
in vec3 world; in vec3 normal; in vec3 canonical; in vec3 part;
out vec4 colour;
uniform vec3 eye; uniform vec3 sky; uniform vec3 ground;
uniform int lights; uniform vec4 lamp[8]; uniform vec3 lamp_colour[8];
uniform vec3 skin, hair, shoe, sole, sock, bag, accent, logo_colour;
uniform vec3 top_a, top_b, bottom_a, bottom_b;
uniform ivec2 patterns; uniform vec2 sizes; uniform int closure; uniform float logo; uniform int strap;
uniform float seed; uniform float skirt;
"""
    + LIGHT
    + """
float hash(vec3 p) {
    p = 17.0 * fract(p * 0.3183099 + seed * 0.013);
    return fract(p.x * p.y * p.z * (p.x + p.y + p.z));
}
float noise(vec3 p) {
    vec3 i = floor(p), f = fract(p); f = f * f * (3.0 - 2.0 * f);
    vec2 e = vec2(0.0, 1.0);
    float low = mix(mix(hash(i), hash(i + e.yxx), f.x), mix(hash(i + e.xyx), hash(i + e.yyx), f.x), f.y);
    float high = mix(mix(hash(i + e.xxy), hash(i + e.yxy), f.x), mix(hash(i + e.xyy), hash(i + e.yyy), f.x), f.y);
    return mix(low, high, f.z);
}
float fbm(vec3 p) { return 0.5 * noise(p) + 0.3 * noise(p * 2.1 + 7.0) + 0.2 * noise(p * 4.3 + 3.0); }
vec3 linear(vec3 c) { return pow(c, vec3(2.2)); }
float band(float v, float width) { float e = 0.006; return smoothstep(-e, e, width - abs(v)); }

vec3 cloth(vec3 a, vec3 b, int pattern, float size, float along, vec3 p) {
    if (pattern == 1) return mix(a, b, step(0.5, fract(along / size)));
    if (pattern == 2) {
        float u = step(0.5, fract(p.x / size + 0.25)), v = step(0.5, fract(along / size));
        vec3 c = mix(a, b, 0.5 * (u + v));
        float line = max(band(fract(p.x / size) - 0.5, 0.04), band(fract(along / size) - 0.25, 0.04));
        return mix(c, vec3(0.95), 0.6 * line);
    }
    if (pattern == 3) return mix(a, b, band(fract(p.x / size) - 0.5, 0.08));
    if (pattern == 4) {
        float n = fbm(p * 9.0), m = fbm(p * 9.0 + 31.0);
        vec3 c = mix(a, b, step(0.5, n));
        return mix(c, 0.35 * b, step(0.58, m));
    }
    if (pattern == 5) return mix(a, b, smoothstep(size - 0.006, size + 0.006, along));
    if (pattern == 6) {
        vec2 g = fract(vec2(p.x, along) / size) - 0.5;
        return mix(a, b, smoothstep(0.3, 0.24, length(g)));
    }
    if (pattern == 7) {
        float outer = step(0.105 + 0.08 * (0.86 - p.z), abs(p.x));
        return mix(a, b, smoothstep(0.02, 0.015, abs(p.y - 0.005)) * outer);
    }
    return a;
}

void main() {
    if (part.y < 0.0) discard;
    int kind = int(part.x + 0.5);
    vec3 p = canonical;
    bool front = p.y < -0.01;
    bool arm = part.z > 0.0;
    float along = arm ? 1.36 - part.z * 0.55 : p.z;
    vec3 n = normalize(normal);
    if (!gl_FrontFacing) n = -n;
    vec3 albedo = vec3(0.5); float gloss = 0.0, power = 20.0, wrinkle = 0.0;
    if (kind == 0) {
        albedo = linear(skin) * (0.93 + 0.14 * fbm(p * 30.0));
        float cheek = smoothstep(0.05, 0.0, distance(p, vec3(sign(p.x) * 0.045, -0.1, 1.475)));
        albedo *= mix(vec3(1.0), vec3(1.05, 0.92, 0.9), cheek);
        if (p.z > 1.42 && p.y < -0.05) {
            vec2 e = vec2(abs(p.x) - 0.030, p.z - 1.515);
            albedo = mix(albedo, vec3(0.02, 0.015, 0.012), smoothstep(1.1, 0.8, length(e / vec2(0.015, 0.008))));
            vec2 b = vec2(abs(p.x) - 0.032, p.z - 1.535 + 0.1 * abs(abs(p.x) - 0.03));
            albedo = mix(albedo, 0.5 * linear(hair), 0.8 * smoothstep(1.1, 0.8, length(b / vec2(0.019, 0.0045))));
            vec2 m = vec2(p.x, p.z - 1.447);
            albedo = mix(albedo, albedo * vec3(0.75, 0.4, 0.4), smoothstep(1.1, 0.8, length(m / vec2(0.023, 0.007))));
        }
        gloss = 0.05; power = 12.0;
    } else if (kind == 1) {
        albedo = cloth(linear(top_a), linear(top_b), patterns.x, sizes.x, along, p);
        wrinkle = 1.0;
        vec3 extra = linear(accent);
        if (front && !arm) {
            if (closure == 1) albedo = mix(albedo, extra, band(p.x, 0.006));
            if (closure == 2) {
                albedo = mix(albedo, albedo * 0.75, band(abs(p.x) - 0.018, 0.0035));
                vec2 button = vec2(p.x, fract(p.z / 0.085) * 0.085 - 0.0425);
                albedo = mix(albedo, extra, smoothstep(0.009, 0.006, length(button)));
            }
            if (closure == 3) {
                float open = (p.z - 1.08) * 0.32;
                if (abs(p.x) < open) albedo = extra;
                if (abs(p.x) < min(open, 0.02 + (1.35 - p.z) * 0.02)) albedo = linear(logo_colour);
                albedo = mix(albedo, albedo * 0.6, band(abs(p.x) - max(open, 0.004), 0.005));
            }
        }
        if (closure == 4 && !arm) {
            float tape = max(band(p.z - 1.12, 0.022), band(p.z - 0.99, 0.022));
            tape = max(tape, band(abs(p.x) - 0.1, 0.02) * step(1.12, p.z));
            albedo = mix(albedo, extra, tape);
        }
        if (closure == 2 && p.z > 1.375 && !arm) albedo *= 0.85;
        if (logo > 0.0 && !arm) {
            vec2 g = vec2(p.x, p.z - 1.19) / logo;
            float ring = smoothstep(0.03, 0.0, abs(length(g) - 0.38) - 0.09);
            float bar = smoothstep(0.03, 0.0, max(abs(g.x + g.y) - 0.10, length(g) - 0.4));
            albedo = mix(albedo, linear(logo_colour), max(ring, bar));
        }
        if (strap == 1 && front && !arm && p.z > 1.02)
            albedo = mix(albedo, linear(bag) * 0.8, band(abs(p.x) - 0.105, 0.02));
        if (strap == 2 && !arm) albedo = mix(albedo, linear(bag), band((p.z - 1.14) + 0.95 * p.x, 0.022));
    } else if (kind == 2) {
        albedo = cloth(linear(bottom_a), linear(bottom_b), patterns.y, sizes.y, p.z, p);
        albedo *= 0.95 + 0.1 * noise(p * vec3(60.0, 60.0, 20.0));
        wrinkle = 1.0;
        if (skirt < 0.5) albedo *= 1.0 - 0.35 * band(abs(p.x) - 0.155, 0.004) - 0.25 * band(p.z - 1.0, 0.004);
    } else if (kind == 3) {
        albedo = p.z < 0.026 ? linear(sole) : linear(shoe);
        if (p.y < -0.04 && p.z > 0.06) albedo = mix(albedo, linear(sole), 0.25 * step(0.5, fract(p.z * 70.0)));
        gloss = 0.12; power = 30.0;
    } else if (kind == 4) {
        float strand = noise(vec3(p.x * 160.0, p.y * 160.0, p.z * 14.0));
        albedo = linear(hair) * (0.55 + 0.8 * strand);
        gloss = 0.10; power = 14.0; wrinkle = 0.4;
    } else if (kind == 5) {
        albedo = linear(bag) * (0.92 + 0.16 * noise(p * 60.0)); gloss = 0.06;
    } else if (kind == 6) {
        albedo = linear(sock);
    } else {
        albedo = linear(bag) * 0.6; gloss = 0.05;
    }
    if (wrinkle > 0.0) {
        vec3 q = p * vec3(16.0, 16.0, 9.0) + (arm ? vec3(part.z * 9.0) : vec3(0.0));
        float h0 = fbm(q), e = 0.25;
        vec3 g = vec3(fbm(q + vec3(e,0,0)), fbm(q + vec3(0,e,0)), fbm(q + vec3(0,0,e))) - h0;
        n = normalize(n - wrinkle * 1.5 * g);
        albedo *= 0.94 + 0.12 * h0;
    }
    vec3 view_dir = normalize(eye - world);
    float up = n.z * 0.5 + 0.5;
    vec3 light = mix(ground, sky, up);
    light *= mix(0.55, 1.0, smoothstep(0.0, 0.9, world.z)) * (0.75 + 0.25 * clamp(dot(n, view_dir), 0.0, 1.0));
    vec3 shine = vec3(0.0);
    for (int k = 0; k < lights; k++) {
        vec3 to = lamp[k].w > 0.5 ? lamp[k].xyz - world : lamp[k].xyz;
        float far2 = lamp[k].w > 0.5 ? dot(to, to) : 1.0;
        to = normalize(to);
        float fall = lamp[k].w > 0.5 ? max(to.z, 0.0) / far2 : 1.0;
        float shade = k == 0 ? lit(world + n * 0.02, 0.0012) : 1.0;
        float wrap = clamp((dot(n, to) + 0.15) / 1.15, 0.0, 1.0);
        vec3 e = lamp_colour[k] * fall * shade;
        light += e * wrap;
        shine += e * gloss * pow(clamp(dot(n, normalize(to + view_dir)), 0.0, 1.0), power) * step(0.0, dot(n, to));
    }
    colour = vec4(albedo * light + shine, 1.0);
}
"""
)
