"""Ordinary Spanish words in the forms people text: verbs with their endings, nouns and adjectives with their plurals.

Written down for Nightdesk. `python -m appliance.redaction.learning.lexica` makes `lexica/spanish_words.txt` of them.
"""

from collections.abc import Iterator

_AR = (
    "abrazar|acabar|aceptar|acompañar|acostar|adelantar|agarrar|agendar|aguantar|ahorrar|alcanzar|amar|anotar|apagar|apartar|apurar|arreglar|"
    "arrancar|asustar|atorar|atrasar|aumentar|avisar|ayudar|bajar|bañar|borrar|brincar|buscar|caminar|cambiar|cancelar|cargar|cenar|cepillar|"
    "checar|chocar|cobrar|cocinar|colgar|comprar|confirmar|contactar|contar|contestar|cortar|costar|cotizar|cuidar|dañar|dejar|desayunar|"
    "descansar|descargar|desear|destapar|doblar|durar|echar|empeorar|empezar|encontrar|enfermar|enojar|enseñar|entrar|enviar|equivocar|esperar|"
    "estacionar|estudiar|extrañar|facturar|faltar|firmar|funcionar|ganar|gastar|gotear|grabar|gritar|guardar|gustar|hablar|importar|"
    "infectar|inflamar|inyectar|instalar|intentar|invitar|jalar|jugar|juntar|ladrar|lastimar|lavar|levantar|limpiar|llamar|llegar|llenar|llevar|"
    "llorar|mandar|manejar|marcar|masticar|mejorar|mirar|mojar|molestar|mostrar|mudar|nadar|necesitar|olvidar|ordenar|pagar|parar|pasar|"
    "pegar|peinar|pensar|pintar|planchar|platicar|preguntar|preocupar|preparar|prestar|programar|probar|quedar|quemar|quitar|rasguñar|reagendar|"
    "recetar|recomendar|recordar|regalar|regresar|rentar|reparar|reportar|respirar|revisar|robar|rociar|sacar|sangrar|sanar|sentar|"
    "separar|soltar|soñar|tapar|tardar|terminar|tirar|tocar|tomar|trabajar|trabar|tragar|tratar|usar|vacunar|verificar|viajar|visitar|vomitar|votar"
).split("|")
_ER = (
    "aprender|barrer|beber|comer|comprender|conceder|correr|coser|creer|deber|depender|esconder|leer|meter|moler|morder|mover|ofrecer|"
    "perder|prender|prometer|proteger|recoger|responder|romper|tejer|temer|toser|vender|ver"
).split("|")
_IR = (
    "abrir|admitir|asistir|compartir|confundir|consumir|cubrir|cumplir|decidir|describir|discutir|dividir|escribir|existir|"
    "hundir|imprimir|insistir|interrumpir|permitir|recibir|resistir|subir|sufrir|surtir|unir|vivir"
).split("|")
_PRESENT = {"ar": "o as a amos an", "er": "o es e emos en", "ir": "o es e imos en"}
_PAST = {"ar": "e aste o amos aron aba abas abamos aban", "er": "i iste io imos ieron ia ias iamos ian"}
_REST = {
    "ar": "ando ado ada ados adas e es emos en ara aras aramos aran aria arias ariamos arian ase asen",
    "er": "iendo ido ida idos idas a as amos an era eras eremos eran eria erias eriamos erian iera ieran",
}
_CLITICS = "me te le se lo la nos les los las".split()
_ODD = (
    "voy vas va vamos van fui fuiste fue fuimos fueron iba ibas ibamos iban ire iras iremos iran iria vaya vayan yendo ido vete vayase "
    "soy eres es somos son era eras eramos eran sere seras sera seremos seran seria serian sea sean sido siendo fuera fueran "
    "estoy estas esta estamos estan estuve estuvo estuvimos estuvieron estaba estaban estare estara estaria este esten estado estando "
    "tengo tienes tiene tenemos tienen tuve tuvo tuvimos tuvieron tenia tenian tendre tendra tendria tendran tenga tengan tenido teniendo "
    "hago haces hace hacemos hacen hice hizo hicimos hicieron hacia hacian hare hara haria haran haga hagan hecho haciendo hazme haganme hagame "
    "puedo puedes puede podemos pueden pude pudo pudimos pudieron podia podian podre podra podria podrian pueda puedan podido pudiera "
    "quiero quieres quiere queremos quieren quise quiso quisieron queria querian querra quiera quieran quisiera quisieramos querido "
    "digo dices dice decimos dicen dije dijo dijimos dijeron decia decian dire dira diria diran diga digan dicho diciendo dime digame diganme "
    "doy das da damos dan di dio dimos dieron daba daban dare dara daria daran den dado dando dame deme denme darme darle darnos "
    "vengo vienes viene venimos vienen vine vino vinimos vinieron venia venian vendre vendra vendria vendran venga vengan venido viniendo ven "
    "pongo pones pone ponemos ponen puse puso pusimos pusieron ponia ponian pondre pondra pondria ponga pongan puesto poniendo ponme ponganme "
    "salgo sales sale salimos salen salio salieron salia salian saldre saldra saldria salga salgan salido saliendo "
    "se sabes sabe sabemos saben supe supo supimos supieron sabia sabian sabre sabra sabria sepa sepan sabido "
    "traigo traes trae traemos traen traje trajo trajimos trajeron traia traian traere traera traiga traigan traido trayendo traeme traiganme "
    "veo ves ve vemos ven vi vio vimos vieron veia veian visto viendo verme verlo verla nosvemos oigo oye oyes oyen oyeron oi oyo oido "
    "siento sientes siente sentimos sienten senti sintio sentia sentido sintiendo pido pides pide pedimos piden pidio pedi pida pidan pedir pedido "
    "sigo sigues sigue seguimos siguen siguio sigan siga seguir seguido siguiendo duermo duerme duermen durmio dormir dormido durmiendo "
    "muero muere mueren murio morir muerto caigo cae caen cayo cayeron caer caido cayendo conozco conoce conocen conocer conocido "
    "cierro cierra cierran cerrar cerrado cierren cierre empiezo empieza empiezan empiece entiendo entiende entienden entender entendido "
    "pienso piensa piensan encuentro encuentra encuentran cuesta cuestan cueste vuelvo vuelve vuelven volver vuelto volvio devuelvan devolver "
    "muestro muestra recuerdo recuerda recuerdan recuerdame pruebo prueba prueban cuento cuenta cuentan juego juega juegan duele duelen dolio doler "
    "elijo elige elegir consigo consigue conseguir corrijo corrige corregir huele huelen oler hay hubo habia habra habria haya hayan haber habido"
)
_NOUNS = (
    "abogado abono aceite acero acuerdo aeropuerto agencia aguja alberca alfombra almohada alumno amigo ancho anillo anteojo antojo "
    "anuncio apartamento apodo arena armario arreglo arroz aseguranza asiento aspiradora atencion autobus aviso azotea azulejo bache balcon "
    "banqueta barda barrio basura batidora bigote billete bisagra bloque bocina bodega bolsa bomba bombero borde bosque botella boton brazo brocha bujia burbuja caja "
    "cajero cajon calambre calentador calle calzada cama camara camino camion camioneta camisa campana canasta cancha candado canilla carbon "
    "carnicero carpintero carrito carta cartera casco cazuela ceja celular cepillo cerca cerebro cerradura cerveza champu chapa chaqueta cheque chicle "
    "chico chimenea chispa chofer chorro cinta cinturon cita ciudad clavo cliente clima cobija cobrador coche cochera cocina codigo cofre cojin cola collar colmillo color comedor comida "
    "compra computadora condominio consulta consultorio contrato contraseña copia corona correa corredor correo cortina cosa costado costo costura cotizacion crema cristal "
    "cuadra cuarto cubeta cuchillo cuenta cuello cuenta cuna cupon curita dedo delantal deposito derecho derrame desague descuento desayuno deuda diente dinero direccion disculpa "
    "doctor dueño ducha edificio efectivo elevador emergencia empaque empleado empresa encargado encia enchufe encuesta enfermero ensalada entrada envio equipo escalera esmalte espacio espejo esposo esquina estacion estilo estufa examen excusado "
    "fabrica factura falda falla familia farmacia favor fecha fiebre fierro fiesta fila filtro foco folio fondo formulario foto freno fuego fuga fusible "
    "galleta gancho garage garantia gasolinera gasto gerente gota gotera grapa grasa grieta grua grupo guante hielo hilo hoja hombro hora horario horno hospital hotel hueso humedad humo "
    "idea idioma impuesto incendio ingreso inodoro instalacion interruptor inyeccion jabon jardin jarabe jaula jefe jeringa joya junta kilo labio ladrillo lado lagrima lampara lana lapiz lata lavabo lavadora lavamanos lavanderia lazo leche lechuga lengua lente ley libra libreta licencia liga limite limon liquido lista llanta llave lluvia locker loseta lote lugar "
    "madera maestro maleta mancha manera manguera manicura mano manta maquina maquillaje marco marido martillo mascota masaje material mecanico mecha medico medida medidor mensaje mercado mesa metal metro minuto mitad modelo mofle moneda motor mueble muela muestra mujer mundo muro musculo museo musica "
    "negocio nivel noche nota noticia novio nube nudo numero oferta oficina oido ojo olla olor operacion opcion orden oreja orilla oro "
    "paciente pago pais pala palabra palanca pan pantalla pantalon pañal papel paquete par pared pareja parque parte pasillo paso pasta pastel pastilla patio pecho pedazo pedido pegamento peinado pelo peluca peluquero perno perro persona pescado pestaña pieza pila pileta pintura piso pista placa plancha plan plato playa plaza plazo plomero poco policia polvo pomada poro portal porton precio pregunta presion prestamo presupuesto prima privado problema producto promocion propina prueba pueblo puente puerta puerto puesto pulgada pulso punta punto "
    "queja queso radiador raiz rampa rato raton raya razon recado receta recibo recogida refaccion refrigerador regadera regalo regla reja reloj remolque renta reparacion repuesto resfriado respaldo respuesta resultado retraso reunion reventa revista rincon riñon rodilla rollo ropa rueda ruido ruta "
    "sabana sabor sala saldo salida salon salsa salud saludo sangre sarten secadora secretario seguro semana semaforo sensor señal servicio servilleta silla sillon sistema sitio sobre sobrino sofa soldador sonido sotano sucursal sueldo sueño suelo suero suerte sueter "
    "tabla tableta taladro talla taller tamaño tanque tapa tapete tarde tarea tarifa tarjeta tarro taza techo teclado tejado telefono temporada tenedor termostato tiempo tienda tijera tina tinte tio toalla tobillo toma tono torcedura tornillo trabajo traje tramite transmision trapo trastes tratamiento tren troca tubo tuberia tubo tuerca turno uña usuario vacuna vaso vecino vehiculo vela velocidad vena ventana ventilador verano verdad vereda viaje vida vidrio viento visita vista viuda voz vuelta yarda yerno yeso zapato zona zacate"
)
_ADJECTIVES = (
    "abierto adecuado alto amarillo amplio ancho anterior antiguo apretado asustado atento barato bastante bendito blando bonito bravo breve bueno caliente callado cansado carisimo caro cerrado chico chiquito chistoso chueco cierto claro comodo completo congelado contento corto "
    "debil delgado delicado derecho descompuesto desesperado diferente dificil distinto doble dulce duro economico elegante embarazada encendido enfermo enojado enorme entero equivocado especial estrecho excelente extra extraño facil falso famoso feo fijo final fino flaco flojo frio fuerte furioso general gordo grande gratis grave grueso guapo hermoso hinchado horrible igual importante incomodo increible infectado inflamado izquierdo joven largo lento ligero limpio lindo listo lleno loco lujoso maldito malo manchado mareado mayor mediano mejor menor mismo mojado molesto morado mucho musculoso nervioso normal nuevo ocupado oscuro parejo parecido peligroso peor pequeño perfecto pesado picado pobre poco podrido posible precioso preocupado primero principal privado profundo pronto propio proximo puro quebrado quemado quieto rapido raro reciente recto redondo regular resbaloso ridiculo rojo roto ruidoso sabroso sano seco seguro sencillo sensible serio simple solo sordo suave sucio suelto tapado temprano terrible tibio tierno tonto torcido torpe triste ultimo urgente usado util vacio verde viejo vivo zurdo"
)
_SMALL = (
    "abajo aca acaso adonde afuera ahi ahora ahorita ajeno algo alguien algun alla alli ambos anoche ante antier apenas aparte aquel aquella aqui arriba asi asimismo atras aun aunque ayer bajo bastante bien cada casi cerca como con conmigo contigo contra cual cuales cualquier cuando cuanta cuantas cuanto cuantos cuyo debajo delante demas demasiado dentro desde despues detras donde durante ella ellas ellos encima enfrente entonces entre esa esas ese eso esos esta estas este esto estos fuera hacia hasta hoy igual jamas juntos lejos luego mal manana mas mediante medio menos mientras mio mismo mucha muchas muy nada nadie ni ningun ninguna nomas nos nosotros nuestra nuestras nunca ojala otra otras otro otros para pero poca pocas porque pronto pues quien quienes quiza quizas segun sera siempre sin siquiera sino sobre solamente solo suya suyo tal tambien tampoco tan tanta tantas tanto tantos tarde todavia toda todas todo todos tras tuya unos usted ustedes varias varios veces verdad ya yo "
    "porfa porfis porfavor xfa xfavor tmb tmbn tambn grax grasias gracs bno bna bnas bnos wenas q k ke xq pq xke tqm ntp pa pal pos pus orale andale hijole chale simon nel sale arre neta chido padre gacho chafa mande mija mijo mijita mijito oiga oye disculpe disculpen perdon jaja jajaja jeje jiji uff ups ay uy ah eh ajale guey wey vato morro morra chavo chava compa carnal chamaco chamaca nene nena peque bebe escuincle jefe jefa patron seño güero prieto viejito viejita abuelita abuelito hermanita hermanito hijita hijito casita carrito perrito perrita gatito gatita ratito momentito poquito cerquita tantito ahoritita lueguito prontito solito solita chiquita chiquito gordito gordita cosita citas citita"
)


def spanish_words() -> Iterator[str]:
    """Every form, with accents where the list has them."""
    for verbs, kind in ((_AR, "ar"), (_ER, "er"), (_IR, "ir")):
        for verb in verbs:
            yield from _forms(verb, verb[:-2], kind)
    for noun in (*_NOUNS.split(), *_ADJECTIVES.split()):
        yield noun
        yield noun + ("s" if noun[-1] in "aeiou" else "es")
        if noun.endswith("o"):
            yield from (noun[:-1] + end for end in ("a", "as", "ito", "itos", "ita", "itas"))
    yield from (*_ODD.split(), *_SMALL.split())


def _forms(verb: str, stem: str, kind: str) -> Iterator[str]:
    past = "ar" if kind == "ar" else "er"
    endings = f"{_PRESENT[kind]} {_PAST[past]} {_REST[past]}".split()
    yield verb
    for ending in endings:
        form = stem + ending
        yield form
        # Before e a Spanish c, g or z is written differently: busque, llegue, alcance.
        if ending[0] == "e" and kind == "ar":
            yield from (
                stem[:-1] + new + ending for old, new in (("c", "qu"), ("g", "gu"), ("z", "c")) if stem[-1] == old
            )
    vowel = "e" if kind == "ar" else "a"
    for clitic in _CLITICS:
        yield from (f"{verb}{clitic}", f"{stem}{_PRESENT[kind].split()[2]}{clitic}")
        yield from (f"{stem}{vowel}{clitic}", f"{stem}{vowel}n{clitic}")
